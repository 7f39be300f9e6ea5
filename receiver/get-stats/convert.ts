// Cumulative getStats() readings → samples, by differences from one reading of a stream to the next. Pure: the caller
// keeps the state of each stream and hands it in again.
import type { Boundary, QualitySample } from '../sample.ts';
import { boundaryBetween } from './boundary.ts';
import {
  bitrateKbps,
  framesPerSecond,
  increase,
  milliseconds,
  receivedLossPercent,
  rttMs,
  sentLossPercent,
} from './derive.ts';
import { estimateMos } from './estimate-mos.ts';
import type { StatsSnapshot } from './snapshot.ts';
import { judgeStillness, NOT_STILL, type StillMemory, type StillVerdict } from './still-picture.ts';

/** What must be kept of a stream between two readings. */
export interface StreamState {
  readonly snapshot: StatsSnapshot;
  readonly still: StillMemory;
  /** A boundary that no sample has told of yet. */
  readonly untoldBoundary?: Boundary;
}

export interface Conversion {
  readonly next: StreamState;
  /** Absent for a first reading, a repeated one, and one that tells nothing. */
  readonly sample?: QualitySample;
}

type Metrics = Pick<
  QualitySample,
  | 'packetLossPercent'
  | 'jitterMs'
  | 'rttMs'
  | 'bitrateKbps'
  | 'framesPerSecond'
  | 'freezeRatio'
  | 'mos'
  | 'mosSource'
>;

/** Derives the sample of the interval that ends with `snapshot`. `previous` is `next` of the reading before, undefined for the first. */
export function convertStats(previous: StreamState | undefined, snapshot: StatsSnapshot): Conversion {
  if (previous === undefined) return { next: { snapshot, still: NOT_STILL } };
  const before = previous.snapshot;
  const elapsedMs = snapshot.timestampMs - before.timestampMs;
  // A repeated or overtaken reading is no interval.
  if (!(elapsedMs > 0)) return { next: previous };
  const found = boundaryBetween(before, snapshot);
  const still =
    found === undefined
      ? stillnessOf(previous.still, before, snapshot, elapsedMs)
      : { memory: NOT_STILL, freezeRatio: undefined };
  const metrics =
    found === undefined
      ? metricsBetween(before, snapshot, elapsedMs, still.freezeRatio)
      : present({ jitterMs: presentJitterMs(snapshot) });
  const boundary = found ?? previous.untoldBoundary;
  const base = { snapshot, still: still.memory };
  if (Object.keys(metrics).length === 0) {
    return { next: boundary === undefined ? base : { ...base, untoldBoundary: boundary } };
  }
  return {
    next: base,
    sample: { ...frameOf(snapshot), ...metrics, ...(boundary !== undefined && { boundary }) },
  };
}

function frameOf({
  sessionId,
  agentId,
  timestampMs,
  outbound,
  codec,
  media,
  muted,
  dimensions,
}: StatsSnapshot) {
  const observedAtMs = Math.round(timestampMs);
  return {
    kind: 'sample',
    sessionId,
    ...(agentId !== undefined && { agentId }),
    observedAtMs,
    receivedAtMs: observedAtMs,
    ...(codec !== undefined && { codec }),
    media,
    direction: outbound === undefined ? 'inbound' : 'outbound',
    ...(muted !== undefined && { muted }),
    dimensions,
  } as const;
}

function metricsBetween(
  before: StatsSnapshot,
  now: StatsSnapshot,
  elapsedMs: number,
  freezeRatio: number | undefined,
): Metrics {
  const measured = {
    packetLossPercent: lossPercent(before, now),
    jitterMs: jitterMs(before, now),
    rttMs: rttMs(before, now),
  };
  const mos = estimateMos(measured);
  return present({
    ...measured,
    bitrateKbps: bitrateKbps(byteCount(before, now), elapsedMs),
    framesPerSecond: framesPerSecond(frameCount(before, now), elapsedMs, presentRate(now)),
    freezeRatio,
    mos,
    mosSource: mos === undefined ? undefined : ('estimated' as const),
  });
}

function lossPercent(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  if (before.inbound === undefined || now.inbound === undefined) return sentLossPercent(before, now);
  return receivedLossPercent(before.inbound, now.inbound);
}

/** Absent for an interval in which no packet arrived: the browser goes on showing its last value. */
function jitterMs(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  const arrived = increase(before.inbound?.packetsReceived, now.inbound?.packetsReceived);
  return arrived === 0 ? undefined : presentJitterMs(now);
}

function presentJitterMs({ inbound, remoteInbound }: StatsSnapshot): number | undefined {
  return milliseconds(inbound === undefined ? remoteInbound?.jitter : inbound.jitter);
}

function byteCount(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  return (
    increase(before.inbound?.bytesReceived, now.inbound?.bytesReceived) ??
    increase(before.outbound?.bytesSent, now.outbound?.bytesSent)
  );
}

function frameCount(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  return (
    increase(before.inbound?.framesDecoded, now.inbound?.framesDecoded) ??
    increase(before.outbound?.framesEncoded, now.outbound?.framesEncoded)
  );
}

function presentRate({ inbound, outbound }: StatsSnapshot): number | undefined {
  return inbound?.framesPerSecond ?? outbound?.framesPerSecond;
}

/** Only what is received can freeze here. */
function stillnessOf(
  memory: StillMemory,
  before: StatsSnapshot,
  now: StatsSnapshot,
  elapsedMs: number,
): StillVerdict {
  const frames = increase(before.inbound?.framesDecoded, now.inbound?.framesDecoded);
  const bytes = increase(before.inbound?.bytesReceived, now.inbound?.bytesReceived);
  if (frames === undefined || bytes === undefined) return { memory: NOT_STILL, freezeRatio: undefined };
  const frozen = increase(before.inbound?.totalFreezesDuration, now.inbound?.totalFreezesDuration);
  // Which gaps are pauses and which are freezes differs between browsers; both are a picture that stands.
  const paused = increase(before.inbound?.totalPausesDuration, now.inbound?.totalPausesDuration);
  const creditedMs = frozen === undefined ? undefined : 1_000 * (frozen + (paused ?? 0));
  return judgeStillness(memory, { elapsedMs, frameCount: frames, byteCount: bytes, creditedMs });
}

/** Without the keys that are undefined. */
function present<T extends object>(metrics: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
