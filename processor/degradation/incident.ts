// The life of a session's incidents: opened, announced, escalated, closed. Pure. Here it is decided what is told and what is
// held back and counted: within the dedup window a session is told of one opening only, and of an incident that flaps no
// more than that it does, that it becomes worse, and that it is over.
import { severityRank, type Reason, type Severity } from '../../bridge/transition/transition.ts';
import type { Effects } from './effects.ts';
import { withStability } from './flapping.ts';
import { tell, type Moment } from './notice.ts';
import { openAnew, openWithin, withSeverity, type Opening } from './opening.ts';
import { withReasons } from './reasons.ts';
import { incidentOf, withIncident, type Incident, type SessionCategory, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

export function openIncident(
  session: SessionState,
  category: SessionCategory,
  opening: Opening,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const previous = incidentOf(session, category);
  if (previous?.flapping !== undefined) {
    const opened = openWithin(previous, opening, at.occurredAtMs, thresholds);
    if (!opened.announced) return holdBack(session, category, opened, 'flapping', effects);
    return tellSeverity(session, category, opened, 'escalated', at, thresholds, effects);
  }
  const opened = openAnew(session.sessionId, category, previous, opening, at.occurredAtMs, thresholds);
  if (opened.announceAtMs !== undefined) return holdBack(session, category, opened, 'dedup', effects);
  return announce(session, category, opened, at, thresholds, effects);
}

/** Sends the opening that the dedup window held back until now. */
export function announceIncident(
  session: SessionState,
  category: SessionCategory,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const incident = incidentOf(session, category);
  if (incident === undefined) return session;
  return announce(session, category, incident, at, thresholds, effects);
}

/** Changes the severity. An escalation announces an opening that was held back. */
export function changeSeverity(
  session: SessionState,
  category: SessionCategory,
  severity: Severity,
  reasons: readonly Reason[],
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const incident = incidentOf(session, category);
  if (incident === undefined) return session;
  const escalates = severityRank(severity) > severityRank(incident.severity);
  const changed = withSeverity(incident, severity, reasons);
  if (incident.announced) {
    const kind = escalates ? 'escalated' : 'deescalated';
    return tellSeverity(session, category, changed, kind, at, thresholds, effects);
  }
  return escalates
    ? announce(session, category, changed, at, thresholds, effects)
    : withIncident(session, category, changed);
}

/** What was wrong is well again. Of an incident that flaps it is told only once that has lasted: by `recoverStable`. */
export function recoverIncident(
  session: SessionState,
  category: SessionCategory,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const incident = incidentOf(session, category);
  if (incident?.flapping === undefined || thresholds.flapping === undefined) {
    return close(session, category, 'recovered', [], at, thresholds, effects);
  }
  const stable = withStability(incident, at.occurredAtMs);
  return holdBack(session, category, stable, 'flapping', effects);
}

/** An incident that flapped has been without an opening for long enough. */
export function recoverStable(
  session: SessionState,
  category: SessionCategory,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  return close(session, category, 'recovered', [], at, thresholds, effects);
}

/** The session ends, and its incident with it: for a reason of its own, and at once. */
export function endIncident(
  session: SessionState,
  category: SessionCategory,
  reason: Reason,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  return close(session, category, 'ended', [reason], at, thresholds, effects);
}

function announce(
  session: SessionState,
  category: SessionCategory,
  incident: Incident,
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { announceAtMs: _, ...rest } = incident;
  const announced: Incident = { ...rest, announced: true, lastOpeningAtMs: at.occurredAtMs };
  const kind = incident.nextSequence === 0 ? 'opened' : 'reopened';
  return tell(session, category, announced, kind, at, thresholds, effects);
}

/** Of an incident that flaps, a severity that was told already is not told again. */
function tellSeverity(
  session: SessionState,
  category: SessionCategory,
  incident: Incident,
  kind: 'escalated' | 'deescalated',
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const { severity, flapping } = incident;
  const isKnown = flapping !== undefined && severityRank(severity) <= severityRank(flapping.toldSeverity);
  return isKnown
    ? holdBack(session, category, incident, 'flapping', effects)
    : tell(session, category, incident, kind, at, thresholds, effects);
}

/** A closing of what was never announced is counted instead of sent. One that is sent has the severity that was told. */
function close(
  session: SessionState,
  category: SessionCategory,
  kind: 'recovered' | 'ended',
  reasons: readonly Reason[],
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const incident = incidentOf(session, category);
  if (incident === undefined) return session;
  const { announceAtMs: _, flapping, ...rest } = incident;
  const closed: Incident = {
    ...rest,
    open: false,
    severity: flapping?.toldSeverity ?? incident.severity,
    reasons: withReasons(incident.reasons, reasons),
  };
  return incident.announced
    ? tell(session, category, closed, kind, at, thresholds, effects)
    : holdBack(session, category, closed, 'dedup', effects);
}

function holdBack(
  session: SessionState,
  category: SessionCategory,
  incident: Incident,
  cause: 'dedup' | 'flapping',
  effects: Effects,
): SessionState {
  effects.suppress(cause);
  return withIncident(session, category, { ...incident, suppressedCount: incident.suppressedCount + 1 });
}
