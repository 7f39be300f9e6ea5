// All recordings → one timeline: what the receivers would have handed on, in the order of arrival. Readings go through the
// boundary engine session by session, since sessions know nothing of each other. Pure.
import { ReadingEngine } from '../receiver/get-stats/reading-engine.ts';
import type { StatsReading } from '../receiver/get-stats/reading.ts';
import type { Boundary, QualitySample, SessionEvent } from '../receiver/sample.ts';
import type { Recording } from './recording.ts';

export interface Timeline {
  /** By arrival; `receivedAtMs` never decreases. */
  readonly records: readonly (QualitySample | SessionEvent)[];
  readonly sessions: ReadonlyMap<string, TimelineSession>;
}

export interface TimelineSession {
  /** When its recording begins and ends; silence after the end is the recording's, and not the session's. */
  readonly startMs: number;
  readonly endMs: number;
  readonly readingCount: number;
  readonly boundaryCounts: ReadonlyMap<Boundary, number>;
  readonly duplicateCount: number;
  readonly lateCount: number;
}

interface Gathered {
  readonly readings: StatsReading[];
  readonly events: SessionEvent[];
  startMs: number;
  endMs: number;
}

export function timelineOf(recordings: readonly Recording[]): Timeline {
  const gathered = new Map<string, Gathered>();
  for (const { entries } of recordings) {
    const endMs = entries.at(-1)?.receivedAtMs ?? -Infinity;
    for (const entry of entries) {
      let session = gathered.get(entry.sessionId);
      if (session === undefined) {
        session = { readings: [], events: [], startMs: entry.receivedAtMs, endMs };
        gathered.set(entry.sessionId, session);
      }
      session.startMs = Math.min(session.startMs, entry.receivedAtMs);
      session.endMs = Math.max(session.endMs, endMs);
      if (entry.kind === 'reading') session.readings.push(entry);
      else session.events.push(entry);
    }
  }
  const records: (QualitySample | SessionEvent)[] = [];
  const sessions = new Map<string, TimelineSession>();
  for (const [sessionId, { readings, events, startMs, endMs }] of gathered) {
    // Several recordings may tell of one session.
    const taken = takeReadings(readings.toSorted(byArrival));
    records.push(...events, ...taken.records);
    sessions.set(sessionId, { startMs, endMs, readingCount: readings.length, ...taken.counts });
  }
  return { records: records.sort(byArrival), sessions };
}

function takeReadings(readings: readonly StatsReading[]) {
  const engine = new ReadingEngine({ maxSessions: 1, sessionTimeoutMs: Infinity });
  const taken = engine.take(readings, readings.at(-1)?.receivedAtMs ?? 0);
  const { boundaryCounts, duplicateCount, lateCount } = taken;
  return { records: taken.records, counts: { boundaryCounts, duplicateCount, lateCount } };
}

/** An event comes before a sample of the same instant, as the sort keeps what is equal in its order. */
function byArrival(left: { receivedAtMs: number }, right: { receivedAtMs: number }): number {
  return left.receivedAtMs - right.receivedAtMs;
}
