// The circuit breaker of one destination: after failures in a row, or once it says that it is gone, nothing is sent but
// one probe at a time. Pure.
import type { Outcome } from './outcome.ts';

/** Outcomes that say something of the destination and nothing of the transition; the later, the worse. */
const FAILURES = ['retry', 'credential', 'disabled'] as const satisfies readonly Outcome['kind'][];

type FailureKind = (typeof FAILURES)[number];

export type Failure = Extract<Outcome, { readonly kind: FailureKind }>;

export type Breaker =
  | { readonly kind: 'closed'; readonly failureCount: number }
  /** Nothing is sent until then; the next attempt is a probe with the oldest row. */
  | {
      readonly kind: 'open';
      readonly failureCount: number;
      readonly probeAtMs: number;
      /** The worst that was heard since it opened: the same for as long as nothing gets worse. */
      readonly failure: Failure;
    };

/** Failures in a row that open the breaker. */
export const BREAKER_THRESHOLD = 5;

/** Who says that he is gone is not asked more often: only a new configuration, and so a new start, will help. */
export const GONE_PROBE_MS = 3_600_000;

export const CLOSED: Breaker = { kind: 'closed', failureCount: 0 };

/** Whether the destination is sent everything that is due, and not probed. */
export function isTaking({ kind }: Breaker): boolean {
  return kind === 'closed';
}

export function isFailure(outcome: Outcome): outcome is Failure {
  return (FAILURES as readonly Outcome['kind'][]).includes(outcome.kind);
}

/** `pauseMs` is the back-off after so many failures. */
export function afterFailure(breaker: Breaker, failure: Failure, nowMs: number, pauseMs: number): Breaker {
  const failureCount = breaker.failureCount + 1;
  const isGone = failure.kind === 'disabled';
  if (breaker.kind === 'closed' && failureCount < BREAKER_THRESHOLD && !isGone) {
    return { kind: 'closed', failureCount };
  }
  const probeAtMs = nowMs + (isGone ? GONE_PROBE_MS : pauseMs);
  if (breaker.kind === 'closed') return { kind: 'open', failureCount, probeAtMs, failure };
  return {
    kind: 'open',
    failureCount,
    // An attempt that was under way when the breaker opened does not bring the probe forward.
    probeAtMs: Math.max(probeAtMs, breaker.probeAtMs),
    failure: rankOf(failure) > rankOf(breaker.failure) ? failure : breaker.failure,
  };
}

function rankOf({ kind }: Failure): number {
  return FAILURES.indexOf(kind);
}
