// Why a file could not be read, in words that a user can act on.

/** `error` is what `node:fs` threw. Reads after “FILE: ”. */
export function describeReadFault(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return 'no such file';
    case 'EISDIR':
      return 'is a directory, not a file';
    case 'EACCES':
      return "can't be read: permission denied";
    default:
      return `can't be read: ${codeOf(error)}`;
  }
}

/** The code that Node gives its errors, such as `ENOENT`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
