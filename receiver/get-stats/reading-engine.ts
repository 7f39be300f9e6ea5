// The boundary engine as receivers use it: the states of many sessions, each moved by the pure step of
// session-readings.ts. Holds states and counts, and decides nothing about quality. Knows no HTTP, no dialect and no clock.
import type { Boundary, QualitySample, SessionEvent } from '../sample.ts';
import type { StatsReading } from './reading.ts';
import { stepSession, type SessionState } from './session-readings.ts';

export interface ReadingEngineOptions {
  /** A reading of a new session beyond this is refused; a known one is never forgotten to make room. */
  readonly maxSessions: number;
  /** A session of which no reading has come for this long is forgotten. */
  readonly sessionTimeoutMs: number;
}

/** What came of one batch of readings. */
export interface TakenReadings {
  /** In the order of the readings. A first reading of a connection gives none: a sample needs two. */
  readonly records: readonly (QualitySample | SessionEvent)[];
  /** For each record the position, in the batch, of the reading it came from. */
  readonly indexes: readonly number[];
  /** The positions of readings of new sessions for which there is no room. */
  readonly withoutRoom: readonly number[];
  /** Readings of the same instant as the newest one of their connection. */
  readonly duplicateCount: number;
  /** Readings that are older than the newest one of their connection. */
  readonly lateCount: number;
  /** Why streams could not be compared with their reading before: counted for every stream, also where no sample tells it. */
  readonly boundaryCounts: ReadonlyMap<Boundary, number>;
  /**
   * Takes this batch back: call it when a later stage has refused the records, so that the same readings, sent again, give
   * the same records. A session that a later call has changed since is left as it is. Safe twice.
   */
  rollback(): void;
}

interface KnownSession {
  readonly state: SessionState;
  readonly lastSeenAtMs: number;
}

/** What a batch did to one session. */
interface Change {
  readonly before: KnownSession | undefined;
  readonly after: KnownSession;
}

/** While there is no room, silent sessions are looked for at most this often. */
const SWEEP_WHEN_FULL_MS = 1_000;

export class ReadingEngine {
  readonly #options: ReadingEngineOptions;
  /** Entries are never changed in place: whether one is still the same tells whether its session has moved on. */
  readonly #sessions = new Map<string, KnownSession>();
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ReadingEngineOptions) {
    this.#options = options;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Derives what the readings tell. `nowMs` is the arrival of the batch and serves the forgetting of sessions only. */
  take(readings: readonly StatsReading[], nowMs: number): TakenReadings {
    const records: (QualitySample | SessionEvent)[] = [];
    const indexes: number[] = [];
    const withoutRoom: number[] = [];
    const boundaryCounts = new Map<Boundary, number>();
    const changes = new Map<string, Change>();
    const dropped = { duplicate: 0, late: 0 };
    for (const [index, reading] of readings.entries()) {
      const { sessionId } = reading;
      const before = this.#sessions.get(sessionId);
      if (before === undefined && !this.#hasRoom(nowMs)) {
        withoutRoom.push(index);
        continue;
      }
      const step = stepSession(before?.state, reading, readings[index + 1]);
      const after = { state: step.state, lastSeenAtMs: nowMs };
      this.#sessions.set(sessionId, after);
      changes.set(sessionId, {
        before: changes.has(sessionId) ? changes.get(sessionId)!.before : before,
        after,
      });
      if (step.dropped !== undefined) dropped[step.dropped] += 1;
      for (const boundary of step.boundaries) {
        boundaryCounts.set(boundary, (boundaryCounts.get(boundary) ?? 0) + 1);
      }
      for (const record of step.records) {
        records.push(record);
        indexes.push(index);
      }
    }
    return {
      records,
      indexes,
      withoutRoom,
      duplicateCount: dropped.duplicate,
      lateCount: dropped.late,
      boundaryCounts,
      rollback: () => {
        this.#undo(changes);
      },
    };
  }

  /** For a session that has ended. */
  forget(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  /** Forgets the sessions that have been silent for the timeout. Call it now and then. */
  sweep(nowMs: number): void {
    const silentSinceMs = nowMs - this.#options.sessionTimeoutMs;
    for (const [sessionId, { lastSeenAtMs }] of this.#sessions) {
      if (lastSeenAtMs <= silentSinceMs) this.#sessions.delete(sessionId);
    }
    this.#sweptAtMs = nowMs;
  }

  #hasRoom(nowMs: number): boolean {
    if (this.#sessions.size < this.#options.maxSessions) return true;
    if (nowMs - this.#sweptAtMs < SWEEP_WHEN_FULL_MS) return false;
    this.sweep(nowMs);
    return this.#sessions.size < this.#options.maxSessions;
  }

  #undo(changes: Map<string, Change>): void {
    for (const [sessionId, { before, after }] of changes) {
      if (this.#sessions.get(sessionId) !== after) continue;
      if (before === undefined) this.#sessions.delete(sessionId);
      else this.#sessions.set(sessionId, before);
    }
  }
}
