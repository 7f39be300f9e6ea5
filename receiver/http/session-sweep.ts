// How often a receiver looks for sessions that have fallen silent.
import type { Clock, Timer } from '../../collector/clock.ts';

/** Six times per timeout, within these bounds. */
const [SHORTEST_SWEEP_MS, LONGEST_SWEEP_MS] = [1_000, 10_000];

/** Calls `sweep` with the present time, until the timer is cancelled. */
export function sweepRegularly(
  clock: Clock,
  sessionTimeoutMs: number,
  sweep: (nowMs: number) => void,
): Timer {
  const intervalMs = Math.min(Math.max(sessionTimeoutMs / 6, SHORTEST_SWEEP_MS), LONGEST_SWEEP_MS);
  return clock.every(intervalMs, () => sweep(clock.nowMs()));
}
