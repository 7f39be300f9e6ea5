// What an opening makes of the incident of its category: a new one, the last one again, or one more opening within an
// incident that flaps. Pure; whether it is told is decided in incident.ts.
import { bucketOf, incidentId, incidentKey } from '../../bridge/transition/incident-key.ts';
import {
  severityRank,
  type IncidentMetrics,
  type Reason,
  type Severity,
} from '../../bridge/transition/transition.ts';
import { flappingReason, withOpening } from './flapping.ts';
import { withReasons } from './reasons.ts';
import { withoutStability, type Incident, type SessionCategory } from './state.ts';
import type { Thresholds } from './thresholds.ts';

export interface Opening {
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
  /** t0 */
  readonly triggerAtMs: number;
  readonly triggerMetrics: IncidentMetrics;
}

/**
 * A new incident, or `previous` again when that belongs to the same five-minute bucket or was last notified within the
 * dedup window. A second opening within that window waits until its end: it has an `announceAtMs`.
 */
export function openAnew(
  sessionId: string,
  category: SessionCategory,
  previous: Incident | undefined,
  opening: Opening,
  atMs: number,
  { dedupWindowMs, flapping: limits }: Thresholds,
): Incident {
  const bucket = bucketOf(opening.triggerAtMs);
  const continues =
    previous !== undefined &&
    (previous.bucket === bucket || atMs - previous.lastNotifiedAtMs < dedupWindowMs);
  const heldBack = previous !== undefined && atMs - previous.lastOpeningAtMs < dedupWindowMs;
  const identity = continues
    ? previous
    : {
        incidentId: incidentId(sessionId, bucket, category),
        incidentKey: incidentKey(sessionId, bucket),
        bucket,
        nextSequence: 0,
      };
  const openingTimesMs = limits && withOpening(previous?.openingTimesMs, atMs, limits);
  const flapping = limits && openingTimesMs && flappingReason(openingTimesMs, atMs, limits);
  return {
    incidentId: identity.incidentId,
    incidentKey: identity.incidentKey,
    bucket: identity.bucket,
    nextSequence: identity.nextSequence,
    open: true,
    announced: false,
    severity: opening.severity,
    peakSeverity: continues ? worse(previous.peakSeverity, opening.severity) : opening.severity,
    reasons: flapping === undefined ? opening.reasons : [...opening.reasons, flapping],
    triggerAtMs: opening.triggerAtMs,
    triggerMetrics: opening.triggerMetrics,
    lastOpeningAtMs: previous?.lastOpeningAtMs ?? atMs,
    lastNotifiedAtMs: previous?.lastNotifiedAtMs ?? atMs,
    suppressedCount: previous?.suppressedCount ?? 0,
    ...(heldBack && { announceAtMs: previous.lastOpeningAtMs + dedupWindowMs }),
    ...(openingTimesMs !== undefined && { openingTimesMs }),
    ...(flapping !== undefined && { flapping: { toldSeverity: opening.severity } }),
  };
}

/** To the outside an incident that flaps has been open all along: it stays the same one, with what is new of it. */
export function openWithin(
  incident: Incident,
  opening: Opening,
  atMs: number,
  { flapping: limits }: Thresholds,
): Incident {
  return {
    ...withSeverity(withoutStability(incident), opening.severity, opening.reasons),
    ...(limits !== undefined && { openingTimesMs: withOpening(incident.openingTimesMs, atMs, limits) }),
  };
}

export function withSeverity(incident: Incident, severity: Severity, reasons: readonly Reason[]): Incident {
  return {
    ...incident,
    severity,
    peakSeverity: worse(incident.peakSeverity, severity),
    reasons: withReasons(incident.reasons, reasons),
  };
}

function worse(left: Severity, right: Severity): Severity {
  return severityRank(left) >= severityRank(right) ? left : right;
}
