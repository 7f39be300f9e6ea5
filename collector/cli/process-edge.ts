// The process around a long-running command: signals, faults that nobody caught, and its end. Tests hand in a fake one.

/** Ask the process to end in order. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Asks a daemon to read its configuration again. */
export type ReloadSignal = 'SIGHUP';

export interface ProcessEdge {
  /** Has `listener` called for each signal in place of what the system would do. */
  onSignal(listener: (signal: StopSignal | ReloadSignal) => void): void;
  /** Has `listener` called for each exception and rejection that nobody caught. */
  onFault(listener: (fault: unknown) => void): void;
  /** Keeps the process alive although it may have nothing to do, until the returned function is called. */
  holdOpen(): () => void;
  /** Ends the process at once, whatever is still going on. */
  exit(code: number): void;
}

/** The real one. */
export const processEdge: ProcessEdge = {
  onSignal(listener) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => listener(signal));
  },
  onFault(listener) {
    // Rejections arrive here too: without a listener of their own Node raises them as uncaught exceptions.
    process.on('uncaughtException', listener);
  },
  holdOpen() {
    // Neither signal listeners nor the clock's timers keep a process alive; an open message port does.
    const { port1 } = new MessageChannel();
    port1.on('message', () => {});
    return () => port1.close();
  },
  exit: (code) => process.exit(code),
};
