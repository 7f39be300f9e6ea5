// The newest events, numbered, which all streams read by their own position: who reads slowly costs nobody anything, and
// is overtaken in the end. An event is written out once for each form, when the first stream wants it.
import type { Clock, Timer } from '../../collector/clock.ts';
import type { QualityRecord } from '../sessions/live-session.ts';
import type { IdPseudonym } from './id-pseudonym.ts';
import { type EventForm, publicEvent } from './public-event.ts';

/** Streams are woken together, for what has come meanwhile: one batch after the other would wake them thousands of times. */
const GATHER_MS = 50;

interface Slot {
  readonly record: QualityRecord;
  readonly texts: Partial<Record<EventForm, string>>;
}

export interface EventRingOptions {
  readonly clock: Clock;
  /** How many events are kept. */
  readonly capacity: number;
  readonly pseudonymOf: IdPseudonym;
}

export class EventRing {
  readonly #options: EventRingOptions;
  /** By number modulo the capacity. */
  readonly #slots: Slot[] = [];
  readonly #waiting = new Set<() => void>();
  #newest = 0;
  #wake: Timer | undefined;

  constructor(options: EventRingOptions) {
    this.#options = options;
  }

  /** Number of the newest event; 0 before the first one. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the oldest event that is kept; one more than `newest` while there is none. */
  get oldest(): number {
    return Math.max(1, this.#newest - this.#options.capacity + 1);
  }

  append(records: readonly QualityRecord[]): void {
    const { clock, capacity } = this.#options;
    for (const record of records) {
      this.#newest += 1;
      this.#slots[this.#newest % capacity] = { record, texts: {} };
    }
    if (records.length === 0 || this.#waiting.size === 0 || this.#wake !== undefined) return;
    this.#wake = clock.after(GATHER_MS, () => {
      this.#wake = undefined;
      for (const end of [...this.#waiting]) end();
    });
  }

  /** Of a number that is kept. */
  record(number: number): QualityRecord {
    return this.#slot(number).record;
  }

  /** The event as JSON on one line. */
  text(number: number, form: EventForm): string {
    const { record, texts } = this.#slot(number);
    return (texts[form] ??= JSON.stringify(publicEvent(record, form, this.#options.pseudonymOf)));
  }

  /** Resolves when there may be something new, after `waitMs`, or as soon as `signal` aborts. */
  changed(waitMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(end);
        timer.cancel();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = this.#options.clock.after(waitMs, end);
      signal.addEventListener('abort', end);
      this.#waiting.add(end);
    });
  }

  #slot(number: number): Slot {
    return this.#slots[number % this.#options.capacity]!;
  }
}
