// The end of patience: a signal that tells components to stop draining, and a last moment after which the host goes on
// without the ones that don't answer.
import type { Clock } from '../clock.ts';

/** How long a component may take to close once its deadline has passed. */
export const CLOSE_GRACE_MS = 1_000;

/** A signal that aborts `timeoutMs` from now. `cancel` stops the timer. */
export function deadlineIn(clock: Clock, timeoutMs: number): { signal: AbortSignal; cancel(): void } {
  const controller = new AbortController();
  const timer = clock.after(timeoutMs, () => controller.abort(new Error('the deadline has passed')));
  return { signal: controller.signal, cancel: () => timer.cancel() };
}

/**
 * Waits for `work`, but no longer than `graceMs` past the deadline: resolves to false when it was still running then,
 * and to true when it was done. Rejects as `work` does; what an abandoned one does later is ignored.
 */
export async function settlesInTime(
  clock: Clock,
  deadline: AbortSignal,
  graceMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const { promise: abandoned, resolve: abandon } = Promise.withResolvers<false>();
  let stopWaiting = () => {};
  const startGrace = () => {
    const timer = clock.after(graceMs, () => abandon(false));
    stopWaiting = () => timer.cancel();
  };
  if (deadline.aborted) startGrace();
  else deadline.addEventListener('abort', startGrace, { once: true });
  try {
    return await Promise.race([work.then(() => true as const), abandoned]);
  } finally {
    deadline.removeEventListener('abort', startGrace);
    stopWaiting();
  }
}
