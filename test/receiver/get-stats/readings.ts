// Two readings of a stream, 5 s apart, and what makes snapshots of them.
import { convertStats, type StreamState } from '../../../receiver/get-stats/convert.ts';
import type { InboundStats, StatsSnapshot } from '../../../receiver/get-stats/snapshot.ts';
import type { QualitySample } from '../../../receiver/sample.ts';

export const START_MS = Date.UTC(2026, 0, 1);

export const BASE: InboundStats = {
  ssrc: 7,
  packetsReceived: 1_000,
  packetsLost: 10,
  bytesReceived: 1_000_000,
  jitter: 0.004,
  framesDecoded: 500,
  framesPerSecond: 20,
  totalFreezesDuration: 1,
  totalPausesDuration: 0,
};

/** 475 packets arrived and 25 did not, 300,000 bytes, 100 frames, half a second frozen. */
export const LATER: InboundStats = {
  ...BASE,
  packetsReceived: 1_475,
  packetsLost: 35,
  bytesReceived: 1_300_000,
  jitter: 0.012,
  framesDecoded: 600,
  totalFreezesDuration: 1.5,
};

export function snapshot(
  second: number,
  inbound: InboundStats | undefined,
  fields: Partial<StatsSnapshot> = {},
): StatsSnapshot {
  return {
    sessionId: 's-1',
    media: 'camera',
    dimensions: {},
    codec: 'video/VP8',
    timestampMs: START_MS + second * 1_000,
    inbound,
    ...fields,
  };
}

export function stateAt(first: StatsSnapshot): StreamState {
  return convertStats(undefined, first).next;
}

export function sampleBetween(first: StatsSnapshot, second: StatsSnapshot): QualitySample | undefined {
  return convertStats(stateAt(first), second).sample;
}
