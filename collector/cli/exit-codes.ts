// How the process ends. The numbers above 1 are those of sysexits.h.

export const OK_EXIT_CODE = 0;
/** It could not start, or could not stop cleanly. */
export const FAILED_EXIT_CODE = 1;
/** The command line makes no sense (EX_USAGE). */
export const WRONG_USAGE_EXIT_CODE = 64;
/** What was given to be read can't be, or holds nothing that is known (EX_DATAERR). */
export const DATA_INVALID_EXIT_CODE = 65;
/** The configuration has problems (EX_CONFIG). */
export const CONFIG_INVALID_EXIT_CODE = 78;
/** A second signal ended it at once: 128 and the signal's number, as shells tell it. */
export const ENDED_BY_SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
