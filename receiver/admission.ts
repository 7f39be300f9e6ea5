// Which records may pass: those that say something new about a session that there is room for. One per receiver,
// bounded by the number of sessions. Knows nothing of HTTP, and takes time as an argument.
import { eventMark, MAX_EVENT_MARKS } from './event-mark.ts';
import type { QualitySample, SessionEvent } from './sample.ts';

export interface AdmissionOptions {
  /** A new session beyond this is refused; a known one is never forgotten to make room. */
  readonly maxSessions: number;
  /** A session that has sent nothing for this long is forgotten. */
  readonly sessionTimeoutMs: number;
}

export type Verdict =
  /** Passes on. */
  | 'admitted'
  /** A sample of the same instant, or the same event of the same instant, was admitted before. */
  | 'duplicate'
  /** A sample that is older than one admitted before. */
  | 'late'
  /** A new session for which there is no room. */
  | 'no_room';

interface KnownSession {
  lastSeenAtMs: number;
  /** Event time of the newest sample; before all time when there was none. */
  lastSampleAtMs: number;
  /** The newest events, as `eventMark` writes them; absent until there is one. */
  eventMarks: number[] | undefined;
}

/** While there is no room, silent sessions are looked for at most this often. */
const SWEEP_WHEN_FULL_MS = 1_000;

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #sessions = new Map<string, KnownSession>();
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #earliestTimeoutAtMs = Number.POSITIVE_INFINITY;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /**
   * Whether there is room for the session, which counts as seen now. For what a session sends that makes no record yet;
   * `admit` does it by itself.
   */
  enter(sessionId: string, nowMs: number): boolean {
    return this.#seen(sessionId, nowMs) !== undefined;
  }

  /** Judges one record at its arrival and, when it is admitted, remembers it. */
  admit(record: QualitySample | SessionEvent, nowMs: number): Verdict {
    const session = this.#seen(record.sessionId, nowMs);
    if (session === undefined) return 'no_room';
    if (record.kind === 'event') return admitEvent(session, record);
    if (record.observedAtMs < session.lastSampleAtMs) return 'late';
    if (record.observedAtMs === session.lastSampleAtMs) return 'duplicate';
    session.lastSampleAtMs = record.observedAtMs;
    return 'admitted';
  }

  /** Takes an admission back, so that the same record may pass again: what it was admitted for did not happen. */
  withdraw(record: QualitySample | SessionEvent): void {
    const session = this.#sessions.get(record.sessionId);
    if (session === undefined) return;
    if (record.kind === 'sample') {
      if (session.lastSampleAtMs === record.observedAtMs) session.lastSampleAtMs = Number.NEGATIVE_INFINITY;
      return;
    }
    const mark = eventMark(record);
    session.eventMarks = session.eventMarks?.filter((other) => other !== mark);
  }

  /** Forgets the sessions that have been silent for the timeout. Call it now and then. */
  sweep(nowMs: number): void {
    const silentSinceMs = nowMs - this.#options.sessionTimeoutMs;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [sessionId, { lastSeenAtMs }] of this.#sessions) {
      if (lastSeenAtMs <= silentSinceMs) this.#sessions.delete(sessionId);
      else oldestMs = Math.min(oldestMs, lastSeenAtMs);
    }
    this.#sweptAtMs = nowMs;
    this.#earliestTimeoutAtMs = oldestMs + this.#options.sessionTimeoutMs;
  }

  /** How long until there may be room again: until the first session could time out. */
  roomAfterMs(nowMs: number): number {
    return Math.min(Math.max(0, this.#earliestTimeoutAtMs - nowMs), this.#options.sessionTimeoutMs);
  }

  #seen(sessionId: string, nowMs: number): KnownSession | undefined {
    const known = this.#sessions.get(sessionId);
    if (known !== undefined) {
      known.lastSeenAtMs = nowMs;
      return known;
    }
    if (this.#sessions.size >= this.#options.maxSessions) {
      if (nowMs - this.#sweptAtMs >= SWEEP_WHEN_FULL_MS) this.sweep(nowMs);
      if (this.#sessions.size >= this.#options.maxSessions) return undefined;
    }
    const session: KnownSession = {
      lastSeenAtMs: nowMs,
      lastSampleAtMs: Number.NEGATIVE_INFINITY,
      eventMarks: undefined,
    };
    this.#sessions.set(sessionId, session);
    return session;
  }
}

/** Events come out of order and between samples; only an exact repetition is dropped. */
function admitEvent(session: KnownSession, event: SessionEvent): Verdict {
  const mark = eventMark(event);
  const marks = (session.eventMarks ??= []);
  if (marks.includes(mark)) return 'duplicate';
  if (marks.length === MAX_EVENT_MARKS) marks.shift();
  marks.push(mark);
  return 'admitted';
}
