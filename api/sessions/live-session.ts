// What is known of one session: its newest records, by reference, and what they say together. One object is one life: a
// session that begins again after its end is another one, with a number of its own.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { KnownRecords } from './known-records.ts';

export type QualityRecord = QualitySample | SessionEvent;

export interface LiveSession {
  readonly id: string;
  /** Grows from one session to the next, in the order in which they were first seen. */
  readonly number: number;
  /** Arrival of its first and of its newest record, milliseconds since the Unix epoch. */
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly sampleCount: number;
  /** How long it may be silent before it is forgotten. */
  readonly timeoutMs: number;
  readonly hasEnded: boolean;
  /** The newest by event time. A session may have either, and has at least one. The event of one that has ended is its end. */
  readonly sample?: QualitySample | undefined;
  readonly event?: SessionEvent | undefined;
  /** `connected` once a sample has come after a `disconnected`; undefined where nobody has told. */
  readonly connection: 'connected' | 'disconnected' | undefined;
  /** What the newest sample says, unless an event after it says otherwise. */
  readonly isMuted: boolean | undefined;
}

/** The one place that changes a LiveSession. */
export class SessionLife implements LiveSession {
  readonly id: string;
  readonly number: number;
  readonly firstSeenAtMs: number;
  lastSeenAtMs: number;
  sampleCount = 0;
  timeoutMs = 0;
  hasEnded = false;
  /** Another life of the session has taken its place, or it was silent for too long. */
  isForgotten = false;
  sample: QualitySample | undefined;
  event: SessionEvent | undefined;
  /** Outlives the session: a late copy of a record must not bring it back. */
  readonly known: KnownRecords;
  /** The newest of `connected` and `disconnected`, and of `muted` and `unmuted`. */
  #connectionEvent: SessionEvent | undefined;
  #muteEvent: SessionEvent | undefined;
  /** Event time of its end; before all time while it lives. */
  #endedAtMs = Number.NEGATIVE_INFINITY;

  constructor(id: string, number: number, nowMs: number, known = new KnownRecords()) {
    this.id = id;
    this.number = number;
    this.firstSeenAtMs = nowMs;
    this.lastSeenAtMs = nowMs;
    this.known = known;
  }

  /** A record that `known` has just learned. */
  take(record: QualityRecord): void {
    if (record.kind === 'sample') {
      this.sampleCount += 1;
      this.sample = record;
      return;
    }
    // What trails behind the end says nothing any more.
    if (!this.hasEnded) this.event = newer(this.event, record);
    switch (record.type) {
      case 'connected':
      case 'disconnected':
        this.#connectionEvent = newer(this.#connectionEvent, record);
        return;
      case 'muted':
      case 'unmuted':
        this.#muteEvent = newer(this.#muteEvent, record);
        return;
      case 'ended':
        // An end that a newer sample has overtaken is that of an earlier life.
        if (this.sample !== undefined && record.observedAtMs < this.sample.observedAtMs) return;
        this.hasEnded = true;
        if (record.observedAtMs < this.#endedAtMs) return;
        this.#endedAtMs = record.observedAtMs;
        this.event = record;
        return;
      case 'network_change':
    }
  }

  /** Whether the record, which comes after the end, begins the session anew. What only trails behind the end does not. */
  isBegunAgainBy(record: QualityRecord): boolean {
    const isBeginning = record.kind === 'sample' || record.type === 'connected';
    return isBeginning && record.observedAtMs > this.#endedAtMs;
  }

  get connection(): LiveSession['connection'] {
    const event = this.#connectionEvent;
    if (event === undefined) return undefined;
    const isHeardAgain = this.sample !== undefined && this.sample.observedAtMs > event.observedAtMs;
    return event.type === 'connected' || isHeardAgain ? 'connected' : 'disconnected';
  }

  get isMuted(): boolean | undefined {
    const event = this.#muteEvent;
    const told = this.sample?.muted;
    if (event === undefined) return told;
    const isOvertaken = told !== undefined && this.sample!.observedAtMs > event.observedAtMs;
    return isOvertaken ? told : event.type === 'muted';
  }
}

/** Events may come out of order. Of the same instant the one that came last counts. */
function newer(known: SessionEvent | undefined, event: SessionEvent): SessionEvent {
  return known === undefined || event.observedAtMs >= known.observedAtMs ? event : known;
}
