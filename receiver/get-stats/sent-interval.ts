// Two readings of what is sent → what the interval between them measured. Pure; there is no boundary between the two.
import { growth } from './counter-increase.ts';
import type { OutboundStream } from './reading.ts';
import { mediaRttMs } from './round-trip.ts';
import { sentLoss, type ReportAnchor } from './sent-loss.ts';
import {
  framesPerSecond,
  millisecondsOf,
  pixelsOf,
  trafficOf,
  type StreamInterval,
} from './stream-interval.ts';

/** `anchor`: the peer's last report before `now`. */
export function measureSent(
  before: OutboundStream,
  now: OutboundStream,
  anchor: ReportAnchor | undefined,
): StreamInterval {
  const lengthMs = now.timestampMs - before.timestampMs;
  const [old, present] = [before.counters, now.counters];
  const byteCount = growth(old.bytesSent, present.bytesSent);
  const packetCount = growth(old.packetsSent, present.packetsSent);
  const frameCount = growth(old.framesEncoded, present.framesEncoded);
  const [was, is] = [old.qualityLimitationDurations, present.qualityLimitationDurations];
  const loss = sentLoss(anchor, now);
  return {
    lengthMs,
    traffic: trafficOf(byteCount, packetCount, frameCount),
    byteCount,
    expectedCount: loss?.expectedCount,
    lostCount: loss?.lostCount,
    jitterMs: packetCount === 0 ? undefined : millisecondsOf(now.remote?.jitter),
    rttMs: mediaRttMs(before.remote, now.remote),
    frameCount,
    framesPerSecond: framesPerSecond(frameCount, lengthMs, present.framesPerSecond),
    pixels: pixelsOf(present.frameWidth, present.frameHeight),
    creditedMs: undefined,
    creditCount: undefined,
    framesDroppedPercent: undefined,
    decodeMsPerFrame: undefined,
    cpuLimitedRatio: shareOf(growth(was?.cpu, is?.cpu), lengthMs),
    bandwidthLimitedRatio: shareOf(growth(was?.bandwidth, is?.bandwidth), lengthMs),
    concealmentRatio: undefined,
  };
}

function shareOf(seconds: number | undefined, lengthMs: number): number | undefined {
  return seconds === undefined ? undefined : Math.min((1_000 * seconds) / lengthMs, 1);
}
