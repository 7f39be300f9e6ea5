// One client's stream: reads the ring from its own place on, filters, writes, and says when it has nothing to say. What it
// has not written yet stays in the ring, so a client that doesn't read takes no memory.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Clock } from '../../collector/clock.ts';
import type { RecordFilter } from '../../receiver/filter-expression/compile.ts';
import type { AnswerWriter } from '../operation.ts';
import { placeText } from '../sessions/epoch.ts';
import type { EventRing } from './event-ring.ts';
import type { EventTelemetry } from './instruments.ts';
import type { EventForm } from './public-event.ts';
import { startOf, type StreamStart } from './resumption.ts';
import type { StreamFormat } from './stream-format.ts';

export interface EventStreamParts {
  readonly clock: Clock;
  readonly ring: EventRing;
  readonly telemetry: Pick<EventTelemetry, 'missed' | 'resumptionFailed'>;
  readonly epoch: string;
  readonly maxDurationMs: number;
  readonly format: StreamFormat;
  readonly form: EventForm;
  readonly passes: RecordFilter;
  readonly lastEventId: string | undefined;
}

/**
 * After so much silence a sign of life is given. Our own receiver takes 15 s without a byte for a dead connection, and
 * proxies between us may hold one back.
 */
const HEARTBEAT_MS = 5_000;
/** So many events are written at once: some tens of kilobytes. */
const EVENTS_PER_WRITE = 128;
/** So many are looked at before others have their turn. */
const EVENTS_PER_TURN = 4_096;

export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #start: StreamStart;
  /** Number of the next event to look at. */
  #next: number;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.#start = startOf(parts.lastEventId, parts.epoch, parts.ring);
    this.#next = this.#start.next;
  }

  /** Resolves when the stream is over: its client is gone, the process is stopping, or its time is up. */
  async run(writer: AnswerWriter, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { clock, maxDurationMs } = this.#parts;
    const ending = new AbortController();
    const end = () => ending.abort();
    const timer = clock.after(maxDurationMs, end);
    signal.addEventListener('abort', end);
    try {
      await this.#write(writer, ending.signal);
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', end);
    }
  }

  async #write(writer: AnswerWriter, ending: AbortSignal): Promise<void> {
    const { clock, ring } = this.#parts;
    let text = this.#opening();
    let wroteAtMs = clock.nowMs();
    while (!ending.aborted) {
      if (text === '' && clock.nowMs() - wroteAtMs >= HEARTBEAT_MS) text = this.#heartbeat();
      if (text !== '') {
        // A client that reads nothing more must not hold its place beyond its time.
        await eitherOf(writer.write(text), ending);
        wroteAtMs = clock.nowMs();
      } else if (this.#next <= ring.newest) {
        await eventLoopTurn();
      } else {
        await ring.changed(wroteAtMs + HEARTBEAT_MS - clock.nowMs(), ending);
      }
      text = this.#read();
    }
  }

  #opening(): string {
    const { format, telemetry } = this.#parts;
    const { fault, missedCount } = this.#start;
    const opening = format.opening(this.#place);
    if (fault === undefined) return opening;
    telemetry.resumptionFailed(fault);
    if (missedCount !== undefined) telemetry.missed(missedCount, 'late');
    return opening + format.missed(this.#place, missedCount);
  }

  #heartbeat(): string {
    return this.#parts.format.heartbeat(this.#place);
  }

  /** What is to be written next; empty when that is nothing, for now. */
  #read(): string {
    const { ring, format, form, passes, epoch } = this.#parts;
    let text = this.#overtaken();
    const lastOfTurn = Math.min(ring.newest, this.#next + EVENTS_PER_TURN - 1);
    for (let count = 0; count < EVENTS_PER_WRITE && this.#next <= lastOfTurn; this.#next++) {
      if (!passes(ring.record(this.#next))) continue;
      text += format.event(placeText(epoch, this.#next), ring.text(this.#next, form));
      count += 1;
    }
    return text;
  }

  /** Goes on at the oldest event when that is further than where we were, and says so. */
  #overtaken(): string {
    const { ring, telemetry, format } = this.#parts;
    const missedCount = ring.oldest - this.#next;
    if (missedCount <= 0) return '';
    this.#next = ring.oldest;
    telemetry.missed(missedCount, 'slow');
    return format.missed(this.#place, missedCount);
  }

  /** The id behind which all is still to come. */
  get #place(): string {
    return placeText(this.#parts.epoch, this.#next - 1);
  }
}

/** Resolves when the promise does, or as soon as `signal` aborts; rejects when the promise does before. */
function eitherOf(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return promise;
  return new Promise((resolve, reject) => {
    const end = () => {
      signal.removeEventListener('abort', end);
      resolve();
    };
    signal.addEventListener('abort', end);
    promise.then(end, (error: Error) => {
      signal.removeEventListener('abort', end);
      reject(error);
    });
  });
}
