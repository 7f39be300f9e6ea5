// What is kept of one peer connection between two readings: its streams, how far apart its readings usually are, and its
// path. Finds each stream again, also under a new id. Pure.
import type { Boundary } from '../sample.ts';
import { differs, type ConnectionMoment } from './boundary.ts';
import type { PathReading, StatsReading, StreamReading } from './reading.ts';
import { pathRttMs } from './round-trip.ts';
import { missStream, newStream, readStream, type StreamState } from './stream-state.ts';

export interface ConnectionState {
  readonly connectionId: string;
  readonly observedAtMs: number;
  /** Number of the session's reading that this is the state after. */
  readonly turn: number;
  /** The last few distances of its readings, the newest last. */
  readonly intervalsMs: readonly number[];
  /** In the order of the reading; behind them those that were missing in it. */
  readonly streams: readonly StreamState[];
  readonly path: PathReading | undefined;
  /** By STUN; between the last two readings. */
  readonly pathRttMs: number | undefined;
}

export interface ConnectionStep {
  readonly connection: ConnectionState;
  /** Of every stream that has met one. */
  readonly boundaries: readonly Boundary[];
  readonly isNetworkChanged: boolean;
}

/** Of how many distances the usual one is the median. */
const INTERVALS_KEPT = 5;
/** A stream that is missing in as many readings in a row is forgotten. */
const FORGOTTEN_AFTER = 3;
/** More streams than this of one connection are not looked at. */
const MAX_STREAMS = 64;

/** `before` is undefined for the first reading of a connection, else older than `reading`. `turn` is unique in the session. */
export function readConnection(
  before: ConnectionState | undefined,
  reading: StatsReading,
  turn: number,
): ConnectionStep {
  const { connectionId, observedAtMs, path } = reading;
  const moment: ConnectionMoment = {
    usualIntervalMs: before === undefined ? undefined : usualIntervalMs(before),
    iceRestarted: differs(before?.path?.localUsernameFragment, path?.localUsernameFragment),
  };
  const isNetworkChanged =
    differs(before?.path?.networkType, path?.networkType) ||
    differs(before?.path?.candidateType, path?.candidateType) ||
    differs(before?.path?.protocol, path?.protocol);
  const isOtherPair = differs(before?.path?.pairId, path?.pairId);
  const streams = readStreams(before?.streams ?? [], reading.streams, turn, moment);
  return {
    connection: {
      connectionId,
      observedAtMs,
      turn,
      intervalsMs:
        before === undefined
          ? []
          : [...before.intervalsMs.slice(1 - INTERVALS_KEPT), observedAtMs - before.observedAtMs],
      streams,
      path,
      // Of another path the counters are other counters.
      pathRttMs: pathRttMs(
        isNetworkChanged || moment.iceRestarted || isOtherPair ? undefined : before?.path,
        path,
      ),
    },
    boundaries: streams.flatMap(({ boundary, missedCount }) =>
      boundary === undefined || missedCount > 0 ? [] : [boundary],
    ),
    isNetworkChanged,
  };
}

/** The median; undefined before the second reading. */
export function usualIntervalMs({ intervalsMs }: ConnectionState): number | undefined {
  return intervalsMs.toSorted((left, right) => left - right)[intervalsMs.length >> 1];
}

/** By id first. What is left may be the same slot under a new id: an SSRC that changed. */
function readStreams(
  before: readonly StreamState[],
  readings: readonly StreamReading[],
  turn: number,
  moment: ConnectionMoment,
): readonly StreamState[] {
  const read = readings.length > MAX_STREAMS ? readings.slice(0, MAX_STREAMS) : readings;
  const left = new Set(before);
  const byId = isInOrder(before, read)
    ? undefined
    : new Map(before.map((state) => [state.reading.id, state]));
  const found = read.map((reading, index) => {
    const same = byId === undefined ? before[index] : byId.get(reading.id);
    return same !== undefined && left.delete(same) ? same : undefined;
  });
  const bySlot =
    left.size > 0 && found.includes(undefined)
      ? new Map([...left].map((state) => [slotOf(state.reading), state]))
      : undefined;
  const present = read.map((reading, index) => {
    const state = found[index] ?? heirOf(reading, bySlot, left);
    return state === undefined
      ? newStream(reading, turn * MAX_STREAMS + index)
      : readStream(state, reading, moment);
  });
  if (left.size === 0) return present;
  const missing = [...left].map(missStream).filter(({ missedCount }) => missedCount < FORGOTTEN_AFTER);
  return [...present, ...missing.slice(0, MAX_STREAMS - present.length)];
}

function isInOrder(before: readonly StreamState[], readings: readonly StreamReading[]): boolean {
  return readings.every(({ id }, index) => before[index] === undefined || before[index].reading.id === id);
}

function heirOf(
  reading: StreamReading,
  bySlot: ReadonlyMap<string | undefined, StreamState> | undefined,
  left: Set<StreamState>,
): StreamState | undefined {
  const slot = slotOf(reading);
  const state = slot === undefined ? undefined : bySlot?.get(slot);
  return state !== undefined && left.delete(state) ? state : undefined;
}

/** What stays the same when a stats object is deleted and another born in its place; undefined where it isn't known. */
function slotOf({ mid, direction, rid }: StreamReading): string | undefined {
  return mid === undefined ? undefined : JSON.stringify([direction, mid, rid]);
}
