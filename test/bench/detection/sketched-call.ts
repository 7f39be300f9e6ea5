// Calls for tests of detectors and of their scoring: as little as a test needs to say.
import type { Call, CallReading, Trouble, VideoCounters, Weight } from '../../../bench/detection/call.ts';
import type { Alert } from '../../../bench/detection/detector.ts';

export const START_MS = Date.UTC(2026, 0, 1);

/** Seconds since the call began. */
export function trouble(weight: Weight, fromS: number, toS: number): Trouble {
  return { kind: 'loss', weight, startMs: START_MS + fromS * 1_000, endMs: START_MS + toS * 1_000 };
}

export function alert(kind: string, raisedS: number, clearedS?: number): Alert {
  return {
    kind,
    raisedAtMs: START_MS + raisedS * 1_000,
    ...(clearedS !== undefined && { clearedAtMs: START_MS + clearedS * 1_000 }),
  };
}

/** What one second adds; what is absent is as in a healthy call. */
export interface Second {
  readonly received?: number;
  readonly lost?: number;
  readonly frames?: number;
  readonly jitterMs?: number;
  readonly rttMs?: number;
  readonly frozenSeconds?: number;
}

export function callOf(seconds: readonly Second[], troubles: readonly Trouble[] = []): Call {
  let counters = { packetsReceived: 0, packetsLost: 0, bytesReceived: 0, framesDecoded: 0 };
  let [freezeCount, totalFreezesDuration] = [0, 0];
  const entries = seconds.map((second, index): CallReading => {
    const { received = 100, lost = 0, frames = 25, jitterMs = 3, rttMs = 40, frozenSeconds = 0 } = second;
    counters = {
      packetsReceived: counters.packetsReceived + received,
      packetsLost: counters.packetsLost + lost,
      bytesReceived: counters.bytesReceived + 1_000 * received,
      framesDecoded: counters.framesDecoded + frames,
    };
    if (frozenSeconds > 0) freezeCount += 1;
    totalFreezesDuration += frozenSeconds;
    const inbound: VideoCounters = {
      ...counters,
      freezeCount,
      totalFreezesDuration,
      jitter: jitterMs / 1_000,
      frameWidth: 1_280,
      frameHeight: 720,
      framesPerSecond: frames,
    };
    return {
      kind: 'reading',
      atMs: START_MS + (index + 1) * 1_000,
      media: 'camera',
      muted: false,
      ssrc: 7,
      codec: 'video/VP8',
      decoder: 'libvpx',
      inbound,
      path: { currentRoundTripTime: rttMs / 1_000 },
    };
  });
  const endMs = START_MS + seconds.length * 1_000;
  return { name: 'sketched', media: 'camera', entries, troubles, startMs: START_MS, endMs };
}

export function times<Item>(count: number, item: Item): Item[] {
  return Array.from({ length: count }, () => item);
}
