// Silence of a session that should be talking: a gap. Pure.
import { raiseCause } from './connection.ts';
import type { Effects } from './effects.ts';
import { isExpectedToTalk, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

/** A silence that the next record has already ended: raised after the fact, so that it is known however it arrived. */
export function raiseGapIfSilent(
  session: SessionState,
  observedAtMs: number,
  receivedAtMs: number,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (!isExpectedToTalk(session) || session.endedAtMs !== undefined || session.resumed === true)
    return session;
  if (observedAtMs - session.lastSignAtMs < thresholds.gapAfterMs) return session;
  return raiseGap(session, receivedAtMs, thresholds, effects);
}

export function raiseGap(
  session: SessionState,
  decidedAtMs: number,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const gapSeconds = thresholds.gapAfterMs / 1_000;
  return raiseCause(
    session,
    'gap',
    { rule: 'gap', value: gapSeconds, threshold: gapSeconds },
    session.lastSignAtMs,
    { occurredAtMs: session.lastSignAtMs + thresholds.gapAfterMs, decidedAtMs },
    thresholds,
    effects,
  );
}
