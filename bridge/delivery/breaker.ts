// The circuit breaker of one destination: after failures in a row nothing is sent but one probe at a time. Pure.

export type Breaker =
  | { readonly kind: 'closed'; readonly failureCount: number }
  /** Nothing is sent until then; the next attempt is a probe with the oldest row. */
  | { readonly kind: 'open'; readonly failureCount: number; readonly probeAtMs: number };

/** Failures in a row that open the breaker. */
export const BREAKER_THRESHOLD = 5;

export const CLOSED: Breaker = { kind: 'closed', failureCount: 0 };

export function afterFailure(breaker: Breaker, probeAtMs: number): Breaker {
  const failureCount = breaker.failureCount + 1;
  if (failureCount < BREAKER_THRESHOLD) return { kind: 'closed', failureCount };
  // An attempt that was under way when the breaker opened does not bring the probe forward.
  const earliestMs = breaker.kind === 'open' ? breaker.probeAtMs : probeAtMs;
  return { kind: 'open', failureCount, probeAtMs: Math.max(probeAtMs, earliestMs) };
}
