// What falls due for a session by the passing of time alone: openings that the dedup window held back, and the end of a
// connection's flapping. Pure.
import type { Effects } from './effects.ts';
import { connectionStableAtMs } from './flapping.ts';
import { announceIncident, recoverStable } from './incident.ts';
import { incidentOf, type SessionCategory, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

/** The event time at which the next such thing is due; Infinity when there is none. */
export function nextDueAtMs(session: SessionState, thresholds: Thresholds): number {
  return Math.min(
    session.qualityIncident?.announceAtMs ?? Infinity,
    session.connectionIncident?.announceAtMs ?? Infinity,
    connectionStableAtMs(session, thresholds) ?? Infinity,
  );
}

/** Decides what has fallen due until `untilMs`, event time, each at its own time. */
export function catchUp(
  session: SessionState,
  untilMs: number,
  decidedAtMs: number,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (untilMs < nextDueAtMs(session, thresholds)) return session;
  const announced = (before: SessionState, category: SessionCategory, beforeMs: number) => {
    const occurredAtMs = incidentOf(before, category)?.announceAtMs;
    if (occurredAtMs === undefined || occurredAtMs > untilMs || occurredAtMs >= beforeMs) return before;
    return announceIncident(before, category, { occurredAtMs, decidedAtMs }, thresholds, effects);
  };
  const stableAtMs = connectionStableAtMs(session, thresholds) ?? Infinity;
  const told = announced(announced(session, 'quality', Infinity), 'connection', stableAtMs);
  if (untilMs < stableAtMs) return told;
  const at = { occurredAtMs: stableAtMs, decidedAtMs };
  return recoverStable(told, 'connection', at, thresholds, effects);
}
