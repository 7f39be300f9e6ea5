// Which records say something new of a session, by the rule of receiver/admission.ts: a sample is new when it is newer
// than all samples before it, an event unless the same event of the same instant was there before. Needed once more
// behind the receivers: a body that was refused for now brings the same records a second time.
import { eventMark, MAX_EVENT_MARKS } from '../../receiver/event-mark.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';

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
