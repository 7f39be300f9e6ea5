// The decision: one session's state and one input in, the next state and its transitions out. Pure, and a function of
// event time; the wall clock is read only to tell silence. README.md in this folder is its truth table.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { clearCauses, endConnection, raiseCause } from './connection.ts';
import { catchUp, nextDueAtMs } from './due.ts';
import { Effects, type StepResult } from './effects.ts';
import type { Moment } from './notice.ts';
import { decideSilentCandidate, cutAtBoundary, endQuality, judgeSample } from './quality.ts';
import { isBoundary, isLate, isRepeated, withEvent, withSample } from './record.ts';
import { evaluateRule, type SampleContext } from './rules.ts';
import { raiseGap, raiseGapIfSilent } from './silence.ts';
import { eventTimeAt, isExpectedToTalk, newSession, wallTimeOf, type SessionState } from './state.ts';
import type { Thresholds } from './thresholds.ts';

/** The clock looks at a session; `nowMs` is wall-clock time. */
export interface Tick {
  readonly kind: 'tick';
  readonly nowMs: number;
}

/** As `gap_after` stands for three intervals. */
const POLLS_UNTIL_SILENCE = 3;

export type StepInput = QualitySample | SessionEvent | Tick;

export function step(state: SessionState | undefined, input: StepInput, thresholds: Thresholds): StepResult {
  const effects = new Effects();
  switch (input.kind) {
    case 'sample':
      return effects.with(
        takeSample(state ?? newSession(input.sessionId, input.receivedAtMs), input, thresholds, effects),
      );
    case 'event':
      return effects.with(
        takeEvent(state ?? newSession(input.sessionId, input.receivedAtMs), input, thresholds, effects),
      );
    case 'tick':
      return effects.with(state && takeTick(state, input.nowMs, thresholds, effects));
  }
}

/** The wall-clock time at which a tick could change the session: what the processor's timer wheel is set to. */
export function nextTickAtMs(state: SessionState, thresholds: Thresholds): number {
  const { gapAfterMs, forgetAfterMs, holdMs } = thresholds;
  let dueMs = state.lastSignReceivedAtMs + forgetAfterMs;
  if (state.endedAtMs !== undefined) return dueMs;
  const gapAtMs = state.lastSignReceivedAtMs + gapAfterMs;
  const isAwaited = isExpectedToTalk(state);
  if (isAwaited && !state.connectionCauses.includes('gap')) {
    dueMs = Math.min(dueMs, gapAtMs);
  }
  if (isAwaited && state.quality.kind === 'candidate') {
    dueMs = Math.min(dueMs, Math.max(gapAtMs, wallTimeOf(state, state.quality.sinceMs + holdMs)));
  }
  return Math.min(dueMs, wallTimeOf(state, nextDueAtMs(state, thresholds)));
}

function takeSample(
  before: SessionState,
  sample: QualitySample,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const previous = before.lastSample;
  if (isLate(before, sample, thresholds)) {
    effects.suppress('late');
    return before;
  }
  const context: SampleContext = {
    muted: sample.muted ?? before.muted,
    hadTraffic: before.hadTraffic,
  };
  const isOurSilence = before.resumed === true || before.endedAtMs !== undefined;
  const silenceMs = previous === undefined || isOurSilence ? 0 : silenceBetween(previous, sample);
  const at: Moment = { occurredAtMs: sample.observedAtMs, decidedAtMs: sample.receivedAtMs };

  let session = catchUp(before, sample.observedAtMs, sample.receivedAtMs, thresholds, effects);
  session = raiseGapIfSilent(session, sample.observedAtMs, sample.receivedAtMs, thresholds, effects);
  if (isBoundary(before, sample, context)) session = cutAtBoundary(session, effects);
  session = withSample(session, sample, context);
  const outage = evaluateRule('outage', sample, context, thresholds);
  if (outage === 'holds') {
    // Raised before the others are cleared: a disconnect that goes over into an outage is one incident.
    session = raiseCause(session, 'outage', { rule: 'outage' }, sample.observedAtMs, at, thresholds, effects);
  } else if (outage !== 'neither') {
    session = clearCauses(session, ['outage'], at, thresholds, effects);
  }
  session = clearCauses(session, ['gap', 'disconnected'], at, thresholds, effects);
  return judgeSample(session, sample, context, silenceMs, at, thresholds, effects);
}

/** Between two samples that are fetched there is none, as long as few of them are missing. */
function silenceBetween(
  previous: QualitySample,
  { observedAtMs, pollIntervalMs = 0 }: QualitySample,
): number {
  const silenceMs = observedAtMs - previous.observedAtMs;
  return silenceMs < POLLS_UNTIL_SILENCE * pollIntervalMs ? 0 : silenceMs;
}

function takeEvent(
  before: SessionState,
  event: SessionEvent,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  if (isRepeated(before, event)) {
    effects.suppress('late');
    return before;
  }
  const at: Moment = { occurredAtMs: event.observedAtMs, decidedAtMs: event.receivedAtMs };
  let session = catchUp(before, event.observedAtMs, event.receivedAtMs, thresholds, effects);
  if (event.type !== 'ended') {
    session = raiseGapIfSilent(session, event.observedAtMs, event.receivedAtMs, thresholds, effects);
  }
  session = withEvent(session, event);
  switch (event.type) {
    case 'connected':
      return clearCauses(session, ['disconnected'], at, thresholds, effects);
    case 'disconnected': {
      // A sample that is newer than the disconnect shows that the connection is back already.
      const lastSampleAtMs = session.lastSample?.observedAtMs ?? -Infinity;
      if (lastSampleAtMs > event.observedAtMs || session.endedAtMs !== undefined) return session;
      const reason = { rule: 'disconnected' } as const;
      return raiseCause(session, 'disconnected', reason, event.observedAtMs, at, thresholds, effects);
    }
    case 'muted':
    case 'unmuted': {
      const muted = event.type === 'muted';
      if (muted === session.muted) return session;
      return cutAtBoundary({ ...session, muted }, effects);
    }
    case 'network_change':
      return session;
    case 'ended': {
      // Platforms report the end by another clock than the samples: nothing is decided before what is known.
      const endedAt = { ...at, occurredAtMs: Math.max(event.observedAtMs, before.lastSignAtMs) };
      return endSession(session, 'session_ended', endedAt, thresholds, effects);
    }
  }
}

function takeTick(
  before: SessionState,
  nowMs: number,
  thresholds: Thresholds,
  effects: Effects,
): SessionState | undefined {
  const silenceMs = nowMs - before.lastSignReceivedAtMs;
  const at: Moment = { occurredAtMs: eventTimeAt(before, nowMs), decidedAtMs: nowMs };
  if (silenceMs >= thresholds.forgetAfterMs) {
    endSession(before, 'session_lost', at, thresholds, effects);
    return undefined;
  }
  if (before.endedAtMs !== undefined) return before;

  let session = catchUp(before, at.occurredAtMs, nowMs, thresholds, effects);
  if (silenceMs < thresholds.gapAfterMs || !isExpectedToTalk(session)) return changed(before, session);
  session = raiseGap(session, nowMs, thresholds, effects);
  if (session.quality.kind === 'candidate') {
    const dueAtMs = Math.max(
      session.quality.sinceMs + thresholds.holdMs,
      session.lastSignAtMs + thresholds.gapAfterMs,
    );
    if (at.occurredAtMs >= dueAtMs) {
      const due: Moment = { occurredAtMs: dueAtMs, decidedAtMs: nowMs };
      session = decideSilentCandidate(session, session.quality, due, thresholds, effects);
    }
  }
  return changed(before, session);
}

function endSession(
  session: SessionState,
  rule: 'session_ended' | 'session_lost',
  at: Moment,
  thresholds: Thresholds,
  effects: Effects,
): SessionState {
  const withoutQuality = endQuality(session, { rule }, at, thresholds, effects);
  const ended = endConnection(withoutQuality, { rule }, at, thresholds, effects);
  return { ...ended, endedAtMs: at.occurredAtMs };
}

/** A tick that changed something is a step of its own; one that didn't leaves the very same state. */
function changed(before: SessionState, after: SessionState): SessionState {
  return after === before ? before : { ...after, revision: before.revision + 1 };
}
