// How a change of an incident is told: numbered, keyed and stamped. Pure; whether it is told is decided in incident.ts.
import { idempotencyKey } from '../../bridge/transition/incident-key.ts';
import type { TransitionKind } from '../../bridge/transition/transition.ts';
import type { Effects } from './effects.ts';
import { metricsOf, withIncident, type Incident, type SessionCategory, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

/** When something is decided: on the session's clock and on the wall. */
export interface Moment {
  readonly occurredAtMs: number;
  readonly decidedAtMs: number;
}

/** Sends the incident as it is now. What was held back of it is told with that. */
export function tell(
  session: SessionState,
  category: SessionCategory,
  incident: Incident,
  kind: TransitionKind,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { severity, nextSequence: sequence, flapping } = incident;
  // Two sources may disagree about the time; of one incident nothing is said to happen before what was already sent.
  const occurredAtMs = Math.max(at.occurredAtMs, incident.lastNotifiedAtMs);
  effects.send({
    incidentId: incident.incidentId,
    incidentKey: incident.incidentKey,
    idempotencyKey: idempotencyKey(session.sessionId, incident.bucket, category, kind, sequence),
    category,
    kind,
    sequence,
    subject: session.sessionId,
    severity,
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
    ...(incident.stormId !== undefined && { stormId: incident.stormId }),
  });
  return withIncident(session, category, {
    ...incident,
    nextSequence: sequence + 1,
    lastNotifiedAtMs: occurredAtMs,
    suppressedCount: 0,
    ...(flapping !== undefined && { flapping: { ...flapping, toldSeverity: severity } }),
  });
}
