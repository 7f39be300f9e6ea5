// How a record enters a session's state: whether it is news, and what it changes besides the verdicts. Pure.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import type { SampleContext } from './rules.ts';
import type { SessionState } from './state.ts';
import { samplingIntervalMs, type Thresholds } from './thresholds.ts';

/** Older than what is known, or a straggler of a session that has ended. */
export function isLate(session: SessionState, sample: QualitySample, thresholds: Thresholds): boolean {
  if (session.lastSample !== undefined && sample.observedAtMs <= session.lastSample.observedAtMs) return true;
  const endAtMs = session.endedAtMs ?? session.lastEndAtMs;
  return endAtMs !== undefined && sample.observedAtMs <= endAtMs + samplingIntervalMs(thresholds);
}

export function isRepeated(session: SessionState, event: SessionEvent): boolean {
  const last = session.lastEvents;
  if (last === undefined) return false;
  return (
    event.observedAtMs < last.atMs || (event.observedAtMs === last.atMs && last.types.includes(event.type))
  );
}

/** Whether the sample must not be judged together with the one before it. A sampling gap is silence, which counts. */
export function isBoundary(session: SessionState, sample: QualitySample, context: SampleContext): boolean {
  if (sample.boundary !== undefined && sample.boundary !== 'sampling_gap') return true;
  const previous = session.lastSample;
  if (previous === undefined) return false;
  const codecChanged =
    sample.codec !== undefined && previous.codec !== undefined && sample.codec !== previous.codec;
  return codecChanged || sample.media !== previous.media || context.muted !== session.muted;
}

export function withSample(
  session: SessionState,
  sample: QualitySample,
  context: SampleContext,
): SessionState {
  const { agentId = session.agentId, conversationId = session.conversationId } = sample;
  return {
    ...livingSession(session),
    revision: session.revision + 1,
    ...(agentId !== undefined && { agentId }),
    ...(conversationId !== undefined && { conversationId }),
    dimensions: sample.dimensions,
    lastSample: sample,
    lastSignAtMs: Math.max(session.lastSignAtMs, sample.observedAtMs),
    lastSignReceivedAtMs: Math.max(session.lastSignReceivedAtMs, sample.receivedAtMs),
    muted: context.muted,
    hadTraffic: session.hadTraffic || (sample.bitrateKbps ?? 0) > 0,
  };
}

/** The session without the marks that its next sample removes. Most have none: leaving out keys is worth avoiding. */
function livingSession(session: SessionState): SessionState {
  if (session.endedAtMs === undefined && session.resumed === undefined) return session;
  const { endedAtMs: _, resumed: __, ...living } = session;
  return living;
}

export function withEvent(session: SessionState, event: SessionEvent): SessionState {
  const { endedAtMs, ...rest } = session;
  const agentId = event.agentId ?? session.agentId;
  const conversationId = event.conversationId ?? session.conversationId;
  const known = session.lastEvents?.atMs === event.observedAtMs ? session.lastEvents.types : [];
  const isAlive = event.type === 'connected';
  return {
    ...rest,
    revision: session.revision + 1,
    ...(agentId !== undefined && { agentId }),
    ...(conversationId !== undefined && { conversationId }),
    dimensions: { ...session.dimensions, ...event.dimensions },
    lastEvents: { atMs: event.observedAtMs, types: [...known, event.type] },
    lastSignAtMs: Math.max(session.lastSignAtMs, event.observedAtMs),
    lastSignReceivedAtMs: Math.max(session.lastSignReceivedAtMs, event.receivedAtMs),
    ...(endedAtMs !== undefined && (isAlive ? { lastEndAtMs: endedAtMs } : { endedAtMs })),
  };
}
