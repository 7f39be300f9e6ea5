// The derivation of metrics from two readings of cumulative counters. Pure; each function returns undefined for what
// the readings don't tell, never 0.
import type { CandidatePairStats, InboundStats, RemoteInboundStats, StatsSnapshot } from './snapshot.ts';

/** The upper bounds of what a decoder takes; a burst right after a pause can exceed them. */
const [MAX_KBPS, MAX_FPS] = [1e7, 1_000];

/** What was added between two readings; negative when the counter fell. */
export function increase(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? undefined : now - before;
}

/** Of the packets that should have arrived in the interval, how many percent did not. */
export function receivedLossPercent(before: InboundStats, now: InboundStats): number | undefined {
  const lostCount = increase(before.packetsLost, now.packetsLost);
  const receivedCount = increase(before.packetsReceived, now.packetsReceived);
  if (lostCount === undefined || receivedCount === undefined) return undefined;
  // Late packets take losses of an earlier interval back.
  const newlyLostCount = Math.max(0, lostCount);
  const expectedCount = newlyLostCount + receivedCount;
  return expectedCount > 0 ? (100 * newlyLostCount) / expectedCount : undefined;
}

/** Of the packets that were sent in the interval, how many percent the peer reports as lost. */
export function sentLossPercent(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  const report = now.remoteInbound;
  // Without a new report nothing is known, though the old one is still there.
  if (report?.timestamp !== undefined && report.timestamp === before.remoteInbound?.timestamp)
    return undefined;
  const lostCount = increase(before.remoteInbound?.packetsLost, report?.packetsLost);
  const sentCount = increase(before.outbound?.packetsSent, now.outbound?.packetsSent);
  if (lostCount === undefined || sentCount === undefined || sentCount <= 0) return undefined;
  return Math.min(100, (100 * Math.max(0, lostCount)) / sentCount);
}

/** Payload bytes, retransmissions included, since that is what `bytesReceived` and `bytesSent` count. */
export function bitrateKbps(byteCount: number | undefined, elapsedMs: number): number | undefined {
  return byteCount === undefined ? undefined : Math.min((8 * byteCount) / elapsedMs, MAX_KBPS);
}

/** Of the counter where there is one: the browser's own `framesPerSecond` is absent while nothing is rendered. */
export function framesPerSecond(
  frameCount: number | undefined,
  elapsedMs: number,
  presentRate: number | undefined,
): number | undefined {
  const rate = frameCount === undefined ? presentRate : (1_000 * frameCount) / elapsedMs;
  return rate === undefined ? undefined : Math.min(rate, MAX_FPS);
}

/**
 * The round trip of media where it is measured, else of the selected path: never a mean of the two, which end at
 * different places.
 */
export function rttMs(before: StatsSnapshot, now: StatsSnapshot): number | undefined {
  return (
    mediaRttMs(before.remoteInbound, now.remoteInbound) ??
    mediaRttMs(before.remoteOutbound, now.remoteOutbound) ??
    pathRttMs(before.pair, now.pair)
  );
}

function mediaRttMs(
  before: RemoteInboundStats | undefined,
  now: RemoteInboundStats | undefined,
): number | undefined {
  const meanMs = meanRttMs(
    increase(before?.totalRoundTripTime, now?.totalRoundTripTime),
    increase(before?.roundTripTimeMeasurements, now?.roundTripTimeMeasurements),
  );
  return meanMs ?? milliseconds(now?.roundTripTime);
}

function pathRttMs(
  before: CandidatePairStats | undefined,
  now: CandidatePairStats | undefined,
): number | undefined {
  const meanMs = meanRttMs(
    increase(before?.totalRoundTripTime, now?.totalRoundTripTime),
    increase(before?.responsesReceived, now?.responsesReceived),
  );
  return meanMs ?? milliseconds(now?.currentRoundTripTime);
}

function meanRttMs(seconds: number | undefined, count: number | undefined): number | undefined {
  if (seconds === undefined || count === undefined || seconds < 0 || count <= 0) return undefined;
  return (1_000 * seconds) / count;
}

export function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}
