// A candidate: what is counted of it, when it is forgiven and when it is confirmed. Pure.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { withReasons } from './reasons.ts';
import { metricsOf, type Candidate } from './state.ts';
import { samplingIntervalMs, type Thresholds } from './thresholds.ts';
import { isCritical, nextSince, type Verdict } from './verdict.ts';

/** The first bad sample: t0. */
export function newCandidate(
  sample: QualitySample,
  reasons: readonly Reason[],
  thresholds: Thresholds,
): Candidate {
  return {
    kind: 'candidate',
    sinceMs: sample.observedAtMs,
    badCount: 1,
    clearCount: 0,
    reasons,
    triggerMetrics: metricsOf(sample),
    ...(isCritical(sample, thresholds) === true && { criticalSinceMs: sample.observedAtMs }),
  };
}

export function countSample(
  candidate: Candidate,
  sample: QualitySample,
  verdict: Verdict,
  reasons: readonly Reason[],
  missedCount: number,
  thresholds: Thresholds,
): Candidate {
  const { clearSinceMs, criticalSinceMs, ...rest } = candidate;
  const clearSince = missedCount > 0 ? undefined : clearSinceMs;
  const nextClearSinceMs = nextSince(
    verdict === 'unknown' ? undefined : verdict === 'clear',
    clearSince,
    sample,
  );
  const nextCriticalSinceMs = nextSince(isCritical(sample, thresholds), criticalSinceMs, sample);
  return {
    ...rest,
    badCount: candidate.badCount + missedCount + (verdict === 'bad' ? 1 : 0),
    clearCount: candidate.clearCount + (verdict === 'clear' ? 1 : 0),
    reasons: withReasons(candidate.reasons, reasons),
    ...(nextClearSinceMs !== undefined && { clearSinceMs: nextClearSinceMs }),
    ...(nextCriticalSinceMs !== undefined && { criticalSinceMs: nextCriticalSinceMs }),
  };
}

/** Clear for long enough, before the hold is over, to be dropped already. */
export function isForgiven(candidate: Candidate, sample: QualitySample, thresholds: Thresholds): boolean {
  switch (thresholds.confirm) {
    case 'latest':
      return false;
    case 'sustained':
      return candidate.clearCount > 0;
    case 'fraction':
      return (
        candidate.clearSinceMs !== undefined &&
        sample.observedAtMs - candidate.clearSinceMs >= thresholds.dropAfterClearMs
      );
  }
}

export function isConfirmed(candidate: Candidate, thresholds: Thresholds): boolean {
  switch (thresholds.confirm) {
    case 'latest':
      return true;
    case 'sustained':
      return candidate.clearCount === 0;
    case 'fraction': {
      const judgedCount = candidate.badCount + candidate.clearCount;
      return candidate.badCount >= thresholds.minBadFraction * judgedCount;
    }
  }
}

/** How many samples a silence stands for: those that should have come between its two ends. */
export function missedSamples(silenceMs: number, thresholds: Thresholds): number {
  return Math.max(0, Math.ceil(silenceMs / samplingIntervalMs(thresholds)) - 1);
}
