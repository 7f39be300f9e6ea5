// Two readings of what is received → what the interval between them measured. Pure; there is no boundary between the two.
import { clamp, growth, increase, possible } from './counter-increase.ts';
import type { InboundCounters, InboundStream } from './reading.ts';
import { mediaRttMs } from './round-trip.ts';
import {
  framesPerSecond,
  millisecondsOf,
  percentOf,
  pixelsOf,
  trafficOf,
  type StreamInterval,
} from './stream-interval.ts';

/** Fewer frames make no percentage (ObserveRTC). */
const LEAST_FRAMES = 10;
/** Half a second of audio at 48 kHz; less makes no ratio (ObserveRTC). */
const LEAST_AUDIO_SAMPLES = 24_000;

export function measureReceived(before: InboundStream, now: InboundStream): StreamInterval {
  const lengthMs = now.timestampMs - before.timestampMs;
  const [old, present] = [before.counters, now.counters];
  const byteCount = growth(old.bytesReceived, present.bytesReceived);
  const packetCount = growth(old.packetsReceived, present.packetsReceived);
  const frameCount = growth(old.framesDecoded, present.framesDecoded);
  const lost = increase(old.packetsLost, present.packetsLost);
  // Late packets take losses of an earlier interval back.
  const lostCount = lost === undefined ? undefined : Math.max(0, lost);
  const decodeSeconds = growth(old.totalDecodeTime, present.totalDecodeTime);
  return {
    lengthMs,
    traffic: trafficOf(byteCount, packetCount, frameCount),
    byteCount,
    expectedCount: lostCount === undefined || packetCount === undefined ? undefined : lostCount + packetCount,
    lostCount,
    jitterMs: packetCount === 0 ? undefined : millisecondsOf(present.jitter),
    rttMs: mediaRttMs(before.remote, now.remote),
    frameCount,
    framesPerSecond: framesPerSecond(frameCount, lengthMs, present.framesPerSecond),
    pixels: pixelsOf(present.frameWidth, present.frameHeight),
    creditedMs: creditedMs(old, present),
    creditCount: creditCount(old, present),
    framesDroppedPercent: droppedPercent(old, present, frameCount),
    decodeMsPerFrame:
      decodeSeconds === undefined || frameCount === undefined || frameCount === 0
        ? undefined
        : (1_000 * decodeSeconds) / frameCount,
    cpuLimitedRatio: undefined,
    bandwidthLimitedRatio: undefined,
    concealmentRatio: concealmentRatio(old, present),
  };
}

/** Which gaps are pauses and which are freezes differs between browsers; both are a picture that stands. */
function creditedMs(old: InboundCounters, present: InboundCounters): number | undefined {
  const frozen = growth(old.totalFreezesDuration, present.totalFreezesDuration);
  const paused = growth(old.totalPausesDuration, present.totalPausesDuration);
  return frozen === undefined ? undefined : 1_000 * (frozen + (paused ?? 0));
}

function creditCount(old: InboundCounters, present: InboundCounters): number | undefined {
  const freezes = growth(old.freezeCount, present.freezeCount);
  const pauses = growth(old.pauseCount, present.pauseCount);
  return freezes === undefined ? undefined : freezes + (pauses ?? 0);
}

function droppedPercent(
  old: InboundCounters,
  present: InboundCounters,
  decodedCount: number | undefined,
): number | undefined {
  const droppedCount = growth(old.framesDropped, present.framesDropped);
  if (droppedCount === undefined) return undefined;
  // What was received in the interval before may be decoded or dropped in this one: 46 of 20 after a captured outage.
  const handledCount = droppedCount + (decodedCount ?? 0);
  const receivedCount = growth(old.framesReceived, present.framesReceived);
  const arrivedCount = Math.max(receivedCount ?? 0, handledCount);
  return arrivedCount < LEAST_FRAMES ? undefined : possible(percentOf(droppedCount, arrivedCount), 100);
}

/** Concealment of silence is no fault: nobody hears it. */
function concealmentRatio(old: InboundCounters, present: InboundCounters): number | undefined {
  const totalCount = growth(old.totalSamplesReceived, present.totalSamplesReceived);
  const concealedCount = growth(old.concealedSamples, present.concealedSamples);
  if (totalCount === undefined || concealedCount === undefined || totalCount < LEAST_AUDIO_SAMPLES) {
    return undefined;
  }
  const silentCount = growth(old.silentConcealedSamples, present.silentConcealedSamples) ?? 0;
  return possible(clamp((concealedCount - silentCount) / totalCount, 0, 1), 1);
}
