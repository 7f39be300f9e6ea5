// Work at a peer has a time of its own, and ends early when the process will not wait longer.
import type { Clock } from '../clock.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborts when the process is stopping. */
  readonly signal: AbortSignal;
  /** What is said when the time is over, such as `no answer within 10000 ms`. */
  readonly overdue: string;
}

/** Runs `work` with a signal that aborts, with the reason as its error, when the time is over or the process is stopping. */
export async function withinTime<Result>(
  { clock, timeoutMs, signal, overdue }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const cancel = () => abort.abort(new Error('given up: the process is stopping'));
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const timer = clock.after(timeoutMs, () => abort.abort(new Error(overdue)));
  try {
    return await work(abort.signal);
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', cancel);
  }
}
