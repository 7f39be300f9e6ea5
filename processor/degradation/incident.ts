// The life of one incident: raised, announced, escalated, closed. Pure. Here the dedup window is kept: within it a
// session is told of one opening only, and what was held back is counted.
import { bucketOf, idempotencyKey, incidentId, incidentKey } from '../../bridge/transition/incident-key.ts';
import {
  severityRank,
  type IncidentCategory,
  type IncidentMetrics,
  type Reason,
  type Severity,
  type Transition,
  type TransitionKind,
} from '../../bridge/transition/transition.ts';
import { metricsOf, type Incident, type SessionState } from './state.ts';
import { withReasons } from './reasons.ts';
import type { Thresholds } from './thresholds.ts';

/** When something is decided: on the session's clock and on the wall. */
export interface Moment {
  readonly occurredAtMs: number;
  readonly decidedAtMs: number;
}

export interface Opening {
  readonly category: IncidentCategory;
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
  /** t0 */
  readonly triggerAtMs: number;
  readonly triggerMetrics: IncidentMetrics;
}

/** An incident and what is sent of it, if anything. */
export interface IncidentStep {
  readonly incident: Incident;
  readonly transition?: Transition;
}

/**
 * Opens an incident: a new one, or `previous` again when that belongs to the same five-minute bucket or was last
 * notified within the dedup window. A second opening within that window waits until its end.
 */
export function openIncident(
  session: SessionState,
  previous: Incident | undefined,
  opening: Opening,
  at: Moment,
  thresholds: Thresholds,
): IncidentStep {
  const bucket = bucketOf(opening.triggerAtMs);
  const windowMs = thresholds.dedupWindowMs;
  const continues =
    previous !== undefined &&
    (previous.bucket === bucket || at.occurredAtMs - previous.lastNotifiedAtMs < windowMs);
  const heldBack = previous !== undefined && at.occurredAtMs - previous.lastOpeningAtMs < windowMs;
  const identity = continues
    ? previous
    : {
        incidentId: incidentId(session.sessionId, bucket, opening.category),
        incidentKey: incidentKey(session.sessionId, bucket),
        bucket,
        nextSequence: 0,
      };
  const incident: Incident = {
    incidentId: identity.incidentId,
    incidentKey: identity.incidentKey,
    bucket: identity.bucket,
    nextSequence: identity.nextSequence,
    open: true,
    announced: false,
    severity: opening.severity,
    peakSeverity: continues ? worse(previous.peakSeverity, opening.severity) : opening.severity,
    reasons: opening.reasons,
    triggerAtMs: opening.triggerAtMs,
    triggerMetrics: opening.triggerMetrics,
    lastOpeningAtMs: previous?.lastOpeningAtMs ?? at.occurredAtMs,
    lastNotifiedAtMs: previous?.lastNotifiedAtMs ?? at.occurredAtMs,
    suppressedCount: (previous?.suppressedCount ?? 0) + (heldBack ? 1 : 0),
    ...(heldBack && { announceAtMs: previous.lastOpeningAtMs + windowMs }),
  };
  return heldBack ? { incident } : announceIncident(session, opening.category, incident, at, thresholds);
}

/** Sends the opening: at once, or when the dedup window that held it back is over. */
export function announceIncident(
  session: SessionState,
  category: IncidentCategory,
  incident: Incident,
  at: Moment,
  thresholds: Thresholds,
): IncidentStep {
  const { announceAtMs: _, ...rest } = incident;
  const announced: Incident = { ...rest, announced: true, lastOpeningAtMs: at.occurredAtMs };
  const kind = incident.nextSequence === 0 ? 'opened' : 'reopened';
  return notify(session, category, announced, kind, at, thresholds);
}

/** Changes the severity. An escalation announces an opening that was held back. */
export function changeSeverity(
  session: SessionState,
  category: IncidentCategory,
  incident: Incident,
  change: { readonly severity: Severity; readonly reasons: readonly Reason[] },
  at: Moment,
  thresholds: Thresholds,
): IncidentStep {
  const escalates = severityRank(change.severity) > severityRank(incident.severity);
  const changed: Incident = {
    ...incident,
    severity: change.severity,
    peakSeverity: worse(incident.peakSeverity, change.severity),
    reasons: withReasons(incident.reasons, change.reasons),
  };
  if (incident.announced) {
    return notify(session, category, changed, escalates ? 'escalated' : 'deescalated', at, thresholds);
  }
  return escalates ? announceIncident(session, category, changed, at, thresholds) : { incident: changed };
}

/** Closes the incident. A closing of what was never announced is counted instead of sent. */
export function closeIncident(
  session: SessionState,
  category: IncidentCategory,
  incident: Incident,
  closing: { readonly kind: 'recovered' | 'ended'; readonly reasons: readonly Reason[] },
  at: Moment,
  thresholds: Thresholds,
): IncidentStep {
  const { announceAtMs: _, ...rest } = incident;
  const closed: Incident = {
    ...rest,
    open: false,
    reasons: withReasons(incident.reasons, closing.reasons),
  };
  if (incident.announced) return notify(session, category, closed, closing.kind, at, thresholds);
  return { incident: { ...closed, suppressedCount: closed.suppressedCount + 1 } };
}

function notify(
  session: SessionState,
  category: IncidentCategory,
  incident: Incident,
  kind: TransitionKind,
  at: Moment,
  thresholds: Thresholds,
): IncidentStep {
  const sequence = incident.nextSequence;
  // Two sources may disagree about the time; of one incident nothing is said to happen before what was already sent.
  const occurredAtMs = Math.max(at.occurredAtMs, incident.lastNotifiedAtMs);
  const transition: Transition = {
    incidentId: incident.incidentId,
    incidentKey: incident.incidentKey,
    idempotencyKey: idempotencyKey(session.sessionId, incident.bucket, category, kind, sequence),
    category,
    kind,
    sequence,
    subject: session.sessionId,
    severity: incident.severity,
    peakSeverity: incident.peakSeverity,
    reasons: incident.reasons,
    triggerAtMs: incident.triggerAtMs,
    occurredAtMs,
    decidedAtMs: at.decidedAtMs,
    triggerMetrics: incident.triggerMetrics,
    currentMetrics: metricsOf(session.lastSample),
    ...(session.agentId !== undefined && { agentId: session.agentId }),
    ...(session.conversationId !== undefined && { conversationId: session.conversationId }),
    environment: thresholds.environment,
    dimensions: session.dimensions,
    suppressedCount: incident.suppressedCount,
  };
  return {
    incident: {
      ...incident,
      nextSequence: sequence + 1,
      lastNotifiedAtMs: occurredAtMs,
      suppressedCount: 0,
    },
    transition,
  };
}

function worse(left: Severity, right: Severity): Severity {
  return severityRank(left) >= severityRank(right) ? left : right;
}
