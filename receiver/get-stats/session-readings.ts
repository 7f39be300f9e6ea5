// The step of one session: its state and a reading in, its state and records out. Composes the newest intervals of all
// connections of the session that still report, so that a page with one connection to send and another to receive is one
// session. Pure.
import type { Boundary, QualitySample, SessionEvent } from '../sample.ts';
import { readConnection, usualIntervalMs, type ConnectionState } from './connection-state.ts';
import { judgeStream } from './judge-stream.ts';
import type { StatsReading } from './reading.ts';
import { pictureOf } from './session-picture.ts';
import { roundTripOf } from './session-round-trip.ts';
import { sampleOf } from './session-sample.ts';
import { isMissed, trafficOf, type SessionTraffic } from './session-traffic.ts';
import { withBestLayers } from './simulcast.ts';
import type { StreamState } from './stream-state.ts';

export interface SessionState {
  /** How many readings have changed the session. */
  readonly turn: number;
  readonly connections: readonly ConnectionState[];
  readonly traffic: SessionTraffic;
  /** Key of the stream that stood for the session in the last sample. */
  readonly mainKey: number | undefined;
  readonly lastSample: QualitySample | undefined;
  /** The turn after which it was made. */
  readonly sampleTurn: number;
  /** The turn that closed the last round: since then each connection has its one reading of the next. */
  readonly roundTurn: number;
}

export interface SessionStep {
  readonly state: SessionState;
  readonly records: readonly (QualitySample | SessionEvent)[];
  /** Of every stream that has met one. */
  readonly boundaries: readonly Boundary[];
  /** Why the reading changed nothing. */
  readonly dropped?: 'duplicate' | 'late';
}

/** Of more connections the one that has been silent for longest is forgotten. */
const MAX_CONNECTIONS = 8;
/** Readings of several connections that are this close together, in one body, are one look at the session. */
const ROUND_MS = 1_000;

/** `following` is the reading that comes with this one in the same body, if any: a sample waits for the last of a round. */
export function stepSession(
  before: SessionState | undefined,
  reading: StatsReading,
  following: StatsReading | undefined,
): SessionStep {
  const known = before?.connections.find(({ connectionId }) => connectionId === reading.connectionId);
  if (before !== undefined && known !== undefined && !(reading.observedAtMs > known.observedAtMs)) {
    const dropped = reading.observedAtMs === known.observedAtMs ? 'duplicate' : 'late';
    return { state: before, records: [], boundaries: [], dropped };
  }
  const turn = (before?.turn ?? 0) + 1;
  const { connection: read, boundaries, isNetworkChanged } = readConnection(known, reading, turn);
  const others = (before?.connections ?? []).filter((connection) => connection !== known);
  const fresh = others.filter((connection) => isFresh(connection, reading.observedAtMs));
  const traffic = trafficOf([read, ...fresh].flatMap(presentStreams), before?.traffic);
  const judged = read.streams.map((stream) => judgeStream(stream, isMissed(stream, traffic)));
  const connection = { ...read, streams: withBestLayers(judged) };
  const events = isNetworkChanged ? [networkChange(reading)] : [];
  const state: SessionState = {
    turn,
    connections: bounded([...others, connection]),
    traffic,
    mainKey: before?.mainKey,
    lastSample: before?.lastSample,
    sampleTurn: before?.sampleTurn ?? 0,
    roundTurn: before?.roundTurn ?? 0,
  };
  if (isRoundOpen(state, reading, following)) return { state, records: events, boundaries };
  const closed = { ...state, roundTurn: turn };
  const composed = compose(closed, [connection, ...fresh], reading);
  return composed === undefined
    ? { state: closed, records: events, boundaries }
    : { state: composed.state, records: [...events, composed.sample], boundaries };
}

function compose(
  state: SessionState,
  connections: readonly ConnectionState[],
  reading: StatsReading,
): { state: SessionState; sample: QualitySample } | undefined {
  const { lastSample, traffic } = state;
  // Another connection may have been read at this very instant: its sample stands, and the next one tells the rest.
  if (lastSample !== undefined && Math.round(reading.observedAtMs) <= lastSample.observedAtMs)
    return undefined;
  const picture = pictureOf(connections.flatMap(presentStreams), traffic, state.mainKey);
  if (picture === undefined && lastSample === undefined) return undefined;
  const mainConnection = connections.find(
    ({ streams }) => picture !== undefined && streams.includes(picture.main),
  );
  const sample = sampleOf({
    reading,
    picture,
    traffic,
    rttMs: roundTripOf(connections, picture),
    boundary: (mainConnection?.turn ?? 0) > state.sampleTurn ? picture?.main.boundary : undefined,
    last: lastSample,
  });
  const mainKey = picture?.main.key ?? state.mainKey;
  return { state: { ...state, mainKey, lastSample: sample, sampleTurn: state.turn }, sample };
}

/** Whether the next reading of the body is of the same look at the session, by a connection that it has not seen yet. */
function isRoundOpen(
  state: SessionState,
  reading: StatsReading,
  following: StatsReading | undefined,
): boolean {
  if (following === undefined || following.sessionId !== reading.sessionId) return false;
  if (Math.abs(following.observedAtMs - reading.observedAtMs) > ROUND_MS) return false;
  const next = state.connections.find(({ connectionId }) => connectionId === following.connectionId);
  return next === undefined || (next.turn <= state.roundTurn && following.observedAtMs > next.observedAtMs);
}

function presentStreams({ streams }: ConnectionState): readonly StreamState[] {
  return streams.filter(({ missedCount }) => missedCount === 0);
}

function isFresh(connection: ConnectionState, nowMs: number): boolean {
  const usualMs = usualIntervalMs(connection);
  return usualMs !== undefined && nowMs - connection.observedAtMs <= 2 * usualMs;
}

function bounded(connections: readonly ConnectionState[]): readonly ConnectionState[] {
  if (connections.length <= MAX_CONNECTIONS) return connections;
  const silent = connections.reduce((oldest, one) => (one.turn < oldest.turn ? one : oldest));
  return connections.filter((connection) => connection !== silent);
}

function networkChange({
  sessionId,
  conversationId,
  agentId,
  observedAtMs,
  receivedAtMs,
  dimensions,
}: StatsReading): SessionEvent {
  return {
    kind: 'event',
    type: 'network_change',
    sessionId,
    ...(conversationId !== undefined && { conversationId }),
    ...(agentId !== undefined && { agentId }),
    observedAtMs: Math.round(observedAtMs),
    receivedAtMs,
    dimensions,
  };
}
