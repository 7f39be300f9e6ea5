// What a scorecard's detectors are given: one received video of one call, as the counters of getStats() in W3C names and
// units, about once a second, with what a person would say of it. Made by the simulator or read from a capture.
import type { InboundCounters, PathReading, RemoteCounters } from '../../receiver/get-stats/reading.ts';
import type { SessionEventType } from '../../receiver/sample.ts';

/** Ours need fewer counters than there are; webrtc-issue-detector reads these two as well. */
export interface VideoCounters extends InboundCounters {
  /** Seconds. */
  readonly jitterBufferDelay?: number | undefined;
  readonly jitterBufferEmittedCount?: number | undefined;
}

export interface CallReading {
  readonly kind: 'reading';
  readonly atMs: number;
  readonly media: 'camera' | 'screen';
  readonly muted: boolean;
  readonly ssrc: number;
  readonly codec: string;
  readonly decoder: string | undefined;
  readonly inbound: VideoCounters;
  readonly path: PathReading;
  readonly remote?: RemoteCounters | undefined;
}

export interface CallEvent {
  readonly kind: 'event';
  readonly atMs: number;
  readonly type: SessionEventType;
}

export type CallEntry = CallReading | CallEvent;

/**
 * `incident`: lasts long enough that somebody must be told. `blip`: too short, or too slight, for that. `either`: between the
 * two; telling of it is neither right nor wrong.
 */
export type Weight = 'incident' | 'either' | 'blip';

/** A stretch of the call during which a person who watches it has reason to complain. */
export interface Trouble {
  readonly kind: string;
  readonly weight: Weight;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Call {
  /** Says how to make it again: `call 17 of seed 1`. */
  readonly name: string;
  readonly media: CallReading['media'];
  /** In order of time. */
  readonly entries: readonly CallEntry[];
  /** In order of time; they do not overlap. */
  readonly troubles: readonly Trouble[];
  readonly startMs: number;
  readonly endMs: number;
}

/** As a page that reads its counters every `seconds` would see the call: the first reading of each such stretch. */
export function readEvery(seconds: number, call: Call): Call {
  const slotMs = seconds * 1_000;
  let lastSlot: number | undefined;
  const entries = call.entries.filter((entry) => {
    if (entry.kind === 'event') return true;
    const slot = Math.floor((entry.atMs - call.startMs) / slotMs);
    if (slot === lastSlot) return false;
    lastSlot = slot;
    return true;
  });
  return { ...call, entries };
}
