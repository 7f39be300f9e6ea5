// The connection side of one session: gap, outage and disconnect, each at once and independent of quality. Pure. The
// connection incident is open as long as it has a cause.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { Effects } from './effects.ts';
import { withGoodSign } from './flapping.ts';
import { endIncident, openIncident, recoverIncident } from './incident.ts';
import type { Moment } from './notice.ts';
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
    severity: 'warning',
    reasons: [reason],
    triggerAtMs: sinceMs,
    triggerMetrics: metricsOf(session.lastSample),
  } as const;
  return openIncident(raised, 'connection', opening, at, thresholds, effects);
}

/** A sign that there are no such causes. When none is left the connection is well again. */
export function clearCauses(
  session: SessionState,
  causes: readonly ConnectionCause[],
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (session.connectionCauses.length === 0) return withGoodSign(session, 'connection', at.occurredAtMs);
  if (!session.connectionCauses.some((cause) => causes.includes(cause))) return session;
  const left = session.connectionCauses.filter((cause) => !causes.includes(cause));
  const cleared = { ...session, connectionCauses: left };
  return left.length > 0 ? cleared : recoverIncident(cleared, 'connection', at, thresholds, effects);
}

/** Ends the connection side of a session: whatever is open is closed with a reason of its own. */
export function endConnection(
  session: SessionState,
  reason: Reason,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (session.connectionIncident?.open !== true) return session;
  return endIncident({ ...session, connectionCauses: [] }, 'connection', reason, at, thresholds, effects);
}
