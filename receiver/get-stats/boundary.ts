// Why nothing may be derived across two readings of one stream. Pure. One cause is given where several hold: the one that
// explains the others.
import type { Boundary } from '../sample.ts';
import type { InboundCounters, OutboundCounters, StreamReading } from './reading.ts';

/** `packetsLost` is missing: it falls when packets turn out to be late or doubled, and nothing is wrong. */
const INBOUND_COUNTERS = [
  'packetsReceived',
  'bytesReceived',
  'framesReceived',
  'framesDecoded',
  'framesDropped',
  'totalDecodeTime',
  'freezeCount',
  'totalFreezesDuration',
  'pauseCount',
  'totalPausesDuration',
  'totalSamplesReceived',
  'concealedSamples',
  'silentConcealedSamples',
] as const satisfies readonly (keyof InboundCounters)[];

const OUTBOUND_COUNTERS = [
  'packetsSent',
  'bytesSent',
  'framesEncoded',
  'totalEncodeTime',
] as const satisfies readonly (keyof OutboundCounters)[];

/** A gap is longer than twice the usual interval and more than this over it (ObserveRTC's StatsGapDetector). */
const GAP_OVER_MS = 5_000;

/** What the connection knows of the two readings. */
export interface ConnectionMoment {
  /** How far apart readings of the connection usually are; undefined while there were too few. */
  readonly usualIntervalMs: number | undefined;
  readonly iceRestarted: boolean;
}

/** Undefined when `now` may be compared with `before`. The two are of one stream: of one id, or of one slot. */
export function boundaryBetween(
  before: StreamReading,
  now: StreamReading,
  moment: ConnectionMoment,
): Boundary | undefined {
  if (isOtherSource(before, now)) return 'ssrc_change';
  if (differs(before.codec, now.codec)) return 'codec_change';
  if (differs(before.implementation, now.implementation)) return 'decoder_change';
  if (hasFallen(before, now)) return 'counter_reset';
  if ((before.muted ?? false) !== (now.muted ?? false)) return 'mute';
  if (moment.iceRestarted) return 'ice_restart';
  return isGap(now.timestampMs - before.timestampMs, moment.usualIntervalMs) ? 'sampling_gap' : undefined;
}

/** An object of another id in the same slot is a new one, with new counters, unless its SSRC says that it is the same. */
function isOtherSource(before: StreamReading, now: StreamReading): boolean {
  if (before.id === now.id) return differs(before.ssrc, now.ssrc);
  return before.ssrc === undefined || before.ssrc !== now.ssrc;
}

/** Browsers leave a field out at times: that it is missing changes nothing. */
export function differs<T>(before: T | undefined, now: T | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

function hasFallen(before: StreamReading, now: StreamReading): boolean {
  if (before.direction === 'inbound' && now.direction === 'inbound') {
    return INBOUND_COUNTERS.some((name) => fell(before.counters[name], now.counters[name]));
  }
  if (before.direction === 'outbound' && now.direction === 'outbound') {
    const [old, present] = [before.counters, now.counters];
    return (
      OUTBOUND_COUNTERS.some((name) => fell(old[name], present[name])) ||
      fell(old.qualityLimitationDurations?.cpu, present.qualityLimitationDurations?.cpu) ||
      fell(old.qualityLimitationDurations?.bandwidth, present.qualityLimitationDurations?.bandwidth)
    );
  }
  return true;
}

function fell(before: number | undefined, now: number | undefined): boolean {
  return before !== undefined && now !== undefined && now < before;
}

function isGap(elapsedMs: number, usualIntervalMs: number | undefined): boolean {
  return (
    usualIntervalMs !== undefined &&
    elapsedMs > 2 * usualIntervalMs &&
    elapsedMs > usualIntervalMs + GAP_OVER_MS
  );
}
