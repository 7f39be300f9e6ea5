// A page whose clock is wrong: everything that it timed is moved by how far it is off, so that what it kept while it was
// offline keeps its distances. Pure.
import type { StreamReading } from '../get-stats/reading.ts';

/** Up to here the difference is the way of the body and the usual error of a clock. */
const SKEW_ALLOWED_MS = 30_000;

/** What to add to the page's times; 0 when its clock is believed. */
export function clockShiftMs(sentAtMs: number | undefined, receivedAtMs: number): number {
  const shiftMs = sentAtMs === undefined ? 0 : receivedAtMs - sentAtMs;
  return Math.abs(shiftMs) > SKEW_ALLOWED_MS ? shiftMs : 0;
}

export function shiftStream(stream: StreamReading, shiftMs: number): StreamReading {
  const { remote } = stream;
  return {
    ...stream,
    timestampMs: stream.timestampMs + shiftMs,
    ...(remote?.timestamp !== undefined && {
      remote: { ...remote, timestamp: remote.timestamp + shiftMs },
    }),
  };
}
