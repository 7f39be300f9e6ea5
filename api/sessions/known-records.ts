// Which records say something new of a session, by the rule of receiver/admission.ts: a sample is new when it is newer
// than all samples before it, an event unless the same event of the same instant was there before. Needed once more
// behind the receivers: a body that was refused for now brings the same records a second time.
import type { QualitySample, SessionEvent, SessionEventType } from '../../receiver/sample.ts';

/** How many events of one session are remembered, as many as there. */
const MAX_EVENT_MARKS = 16;

/** What is remembered of one session's records. */
export class KnownRecords {
  /** Event time of the newest sample; before all time when there was none. */
  #lastSampleAtMs = Number.NEGATIVE_INFINITY;
  /** The newest events, as `eventMark` writes them; absent until there is one. */
  #eventMarks: number[] | undefined;

  /** Whether the record is new; if so it is known from now on. */
  learn(record: QualitySample | SessionEvent): boolean {
    if (record.kind === 'event') return this.#learnEvent(eventMark(record));
    if (record.observedAtMs <= this.#lastSampleAtMs) return false;
    this.#lastSampleAtMs = record.observedAtMs;
    return true;
  }

  #learnEvent(mark: number): boolean {
    const marks = (this.#eventMarks ??= []);
    if (marks.includes(mark)) return false;
    if (marks.length === MAX_EVENT_MARKS) marks.shift();
    marks.push(mark);
    return true;
  }
}

const EVENT_CODES: Readonly<Record<SessionEventType, number>> = {
  connected: 0,
  disconnected: 1,
  network_change: 2,
  muted: 3,
  unmuted: 4,
  ended: 5,
};

/** Instant and type in one number, exact below 2^53. */
function eventMark({ type, observedAtMs }: SessionEvent): number {
  return observedAtMs * 8 + EVENT_CODES[type];
}
