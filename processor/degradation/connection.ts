// The connection side of one session: gap, outage and disconnect, each at once and independent of quality. Pure. The
// connection incident is open as long as it has a cause.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { Effects } from './effects.ts';
import { closeIncident, openIncident, type IncidentStep, type Moment } from './incident.ts';
import { metricsOf, type ConnectionCause, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

/** Adds a cause; the first one opens the incident. `sinceMs` is the event time at which the trouble began. */
export function raiseCause(
  session: SessionState,
  cause: ConnectionCause,
  reason: Reason,
  sinceMs: number,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (session.connectionCauses.includes(cause)) return session;
  const raised = { ...session, connectionCauses: [...session.connectionCauses, cause] };
  if (session.connectionCauses.length > 0) return raised;
  const opening = {
    category: 'connection',
    severity: 'warning',
    reasons: [reason],
    triggerAtMs: sinceMs,
    triggerMetrics: metricsOf(session.lastSample),
  } as const;
  return settle(raised, openIncident(raised, raised.connectionIncident, opening, at, thresholds), effects);
}

/** Removes causes; when none is left the incident has recovered. */
export function clearCauses(
  session: SessionState,
  causes: readonly ConnectionCause[],
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (!session.connectionCauses.some((cause) => causes.includes(cause))) return session;
  const left = session.connectionCauses.filter((cause) => !causes.includes(cause));
  const cleared = { ...session, connectionCauses: left };
  if (left.length > 0 || session.connectionIncident === undefined) return cleared;
  const recovery = { kind: 'recovered', reasons: [] } as const;
  return settle(
    cleared,
    closeIncident(cleared, 'connection', session.connectionIncident, recovery, at, thresholds),
    effects,
  );
}

/** Ends the connection side of a session: whatever is open is closed with a reason of its own. */
export function endConnection(
  session: SessionState,
  reason: Reason,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const incident = session.connectionIncident;
  if (session.connectionCauses.length === 0 || incident === undefined) return session;
  const ended = { ...session, connectionCauses: [] };
  const closing = { kind: 'ended', reasons: [reason] } as const;
  return settle(ended, closeIncident(ended, 'connection', incident, closing, at, thresholds), effects);
}

function settle(session: SessionState, step: IncidentStep, effects: Effects): SessionState {
  effects.send(step.transition);
  if (step.incident.suppressedCount > (session.connectionIncident?.suppressedCount ?? 0))
    effects.suppress('dedup');
  return { ...session, connectionIncident: step.incident };
}
