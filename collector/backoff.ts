// How long to wait before the next attempt. Pure: randomness is handed in.

export interface BackoffSchedule {
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
  /** Longest wait that is granted to a Retry-After of the other side. */
  readonly maxRetryAfterMs: number;
}

/**
 * The wait after the `failureCount`-th failure in a row (1, 2, …): between half and the whole of the exponential step,
 * by `random` (0 ≤ x < 1), and never shorter than what the other side asked for.
 */
export function backoffMs(
  schedule: BackoffSchedule,
  failureCount: number,
  random: number,
  retryAfterMs = 0,
): number {
  const exponent = Math.max(failureCount, 1) - 1;
  // The power may be infinite: the cap is below it then, too.
  const stepMs = Math.min(schedule.maxMs, schedule.initialMs * schedule.multiplier ** exponent);
  const jitteredMs = stepMs * (0.5 + random / 2);
  return Math.round(Math.max(jitteredMs, Math.min(retryAfterMs, schedule.maxRetryAfterMs)));
}
