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

/** What the work is given to watch over itself. */
export interface Watch {
  /** Aborts, with the reason as its error, when the time is over or the process is stopping. */
  readonly signal: AbortSignal;
  /** The time is over no more: what was to be had within it has come. */
  met(): void;
  abort(reason: Error): void;
}

export async function withinTime<Result>(
  { clock, timeoutMs, signal, overdue }: TimeLimit,
  work: (watch: Watch) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const cancel = () => controller.abort(new Error('given up: the process is stopping'));
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const timer = clock.after(timeoutMs, () => controller.abort(new Error(overdue)));
  try {
    return await work({
      signal: controller.signal,
      met: () => timer.cancel(),
      abort: (reason) => controller.abort(reason),
    });
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', cancel);
  }
}
