// Waiting on the injected clock, for as long as the process will wait.
import type { Clock } from './clock.ts';

/** Resolves after `durationMs`, or as soon as `signal` aborts. */
export function pause(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.after(durationMs, end);
    signal.addEventListener('abort', end);
  });
}
