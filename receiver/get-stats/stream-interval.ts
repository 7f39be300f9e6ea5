// What lies between two readings of one stream: the model, and what is computed alike for what is received and what is sent.
// Pure. Each field is undefined where the readings don't tell it, never 0.
import { MAX_MS, possible } from './counter-increase.ts';

export interface StreamInterval {
  readonly lengthMs: number;
  /** `flows`: a byte or a frame came, or was sent. `flat`: neither did. */
  readonly traffic: 'flows' | 'flat' | 'unknown';
  readonly byteCount: number | undefined;
  /** Of the packets that should have arrived, and how many of them did not. */
  readonly expectedCount: number | undefined;
  readonly lostCount: number | undefined;
  /** A present value; of an interval in which nothing arrived the browser's is of the past, and left out. */
  readonly jitterMs: number | undefined;
  /** By RTCP. */
  readonly rttMs: number | undefined;
  /** Decoded or encoded. */
  readonly frameCount: number | undefined;
  readonly framesPerSecond: number | undefined;
  readonly pixels: number | undefined;
  /** What the browser's counters of freezes and pauses added. */
  readonly creditedMs: number | undefined;
  /** To how many freezes and pauses. */
  readonly creditCount: number | undefined;
  /** Of the frames that arrived, how many percent were thrown away; undefined for too few of them. */
  readonly framesDroppedPercent: number | undefined;
  readonly decodeMsPerFrame: number | undefined;
  /** For which share of the interval the sender was held back, 0–1. */
  readonly cpuLimitedRatio: number | undefined;
  readonly bandwidthLimitedRatio: number | undefined;
  /** Share of the audio that was made up and could be heard as such, 0–1; undefined for too little audio. */
  readonly concealmentRatio: number | undefined;
}

/** Upper bounds of what a decoder takes; a burst right after a pause can exceed them. */
const [MAX_FPS, MAX_PIXELS] = [1_000, 1e9];
export const MAX_KBPS = 1e7;

/** Undefined of nothing: 0 of 0 packets lost is no measurement. */
export function percentOf(part: number, whole: number): number | undefined {
  return whole > 0 ? (100 * part) / whole : undefined;
}

export function trafficOf(
  byteCount: number | undefined,
  packetCount: number | undefined,
  frameCount: number | undefined,
): StreamInterval['traffic'] {
  const arrived = byteCount ?? packetCount;
  // Frames may still come out of the jitter buffer when no more bytes arrive.
  if ((arrived ?? 0) > 0 || (frameCount ?? 0) > 0) return 'flows';
  return arrived === undefined ? 'unknown' : 'flat';
}

/** Of the counter where there is one: the browser's own `framesPerSecond` is absent while nothing is rendered. */
export function framesPerSecond(
  frameCount: number | undefined,
  lengthMs: number,
  presentRate: number | undefined,
): number | undefined {
  const rate = frameCount === undefined ? presentRate : (1_000 * frameCount) / lengthMs;
  return rate === undefined ? undefined : possible(Math.min(rate, MAX_FPS), MAX_FPS);
}

export function pixelsOf(width: number | undefined, height: number | undefined): number | undefined {
  const pixels = (width ?? 0) * (height ?? 0);
  return pixels > 0 ? possible(pixels, MAX_PIXELS) : undefined;
}

export function millisecondsOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : possible(seconds * 1_000, MAX_MS);
}
