// A body → its entries → records, in all forms of the guide: one object, an array, {"events": […]}, {"entities": […]}, or
// one object a line. Pure: text and arrival time in, records and refusals out.
import type { QualitySample, SessionEvent } from '../sample.ts';
import { linesOf } from './body-text.ts';
import { EntryDecoder, type GuideDecoderOptions } from './decode-entry.ts';
import { BodyError, parseJson, parseLine, refuseTooMany } from './parse-json.ts';

export interface Rejection {
  /** Position of the entry in the body, from 0; in NDJSON the lines that are not blank are counted. */
  readonly index: number;
  /** The guide's path of the field, such as `metrics.mos`; empty for the whole entry. */
  readonly path: string;
  readonly reason: string;
}

export interface Decoded {
  readonly records: (QualitySample | SessionEvent)[];
  /** For each record the position of its entry in the body. */
  readonly indexes: number[];
  readonly rejected: Rejection[];
  /** Timestamps from the future that were set to the time of arrival. */
  readonly clampedCount: number;
  /** Attributes that were dropped because they showed an IP address. */
  readonly droppedAddressCount: number;
}

export type BodyFormat = 'json' | 'ndjson';

export class GuideDecoder {
  readonly #entryDecoder: EntryDecoder;

  constructor(options: GuideDecoderOptions) {
    this.#entryDecoder = new EntryDecoder(options);
  }

  /** Throws a BodyError when the body as a whole can't be taken: it has no text, is no JSON, or has too many entries. */
  decode(bytes: Uint8Array, format: BodyFormat, receivedAtMs: number): Decoded {
    return format === 'json'
      ? this.#decodeEntries(entriesOf(parseJson(bytes)), receivedAtMs)
      : this.#decodeLines(linesOf(bytes), receivedAtMs);
  }

  #decodeEntries(entries: readonly unknown[], receivedAtMs: number): Decoded {
    refuseTooMany(entries.length);
    const collector = new Collector(this.#entryDecoder, receivedAtMs);
    for (const entry of entries) collector.add(entry);
    return collector.result();
  }

  #decodeLines(lines: readonly (string | undefined)[], receivedAtMs: number): Decoded {
    const collector = new Collector(this.#entryDecoder, receivedAtMs);
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed === undefined) continue;
      if ('value' in parsed) collector.add(parsed.value);
      else collector.refuse(parsed.reason);
      refuseTooMany(collector.entryCount);
    }
    if (collector.entryCount === 0) throw new BodyError('malformed', 'the body is empty');
    return collector.result();
  }
}

/** Gathers what the entries of one body became. */
class Collector {
  entryCount = 0;
  readonly #decoder: EntryDecoder;
  readonly #receivedAtMs: number;
  readonly #clampedBefore: number;
  readonly #droppedBefore: number;
  readonly #records: (QualitySample | SessionEvent)[] = [];
  readonly #indexes: number[] = [];
  readonly #rejected: Rejection[] = [];

  constructor(decoder: EntryDecoder, receivedAtMs: number) {
    this.#clampedBefore = decoder.clampedCount;
    this.#droppedBefore = decoder.droppedAddressCount;
    this.#decoder = decoder;
    this.#receivedAtMs = receivedAtMs;
  }

  add(entry: unknown): void {
    const outcome = this.#decoder.decode(entry, this.#receivedAtMs);
    if (outcome.kind === 'fault') {
      this.refuse(outcome.reason, outcome.path);
      return;
    }
    this.#records.push(outcome);
    this.#indexes.push(this.entryCount);
    this.entryCount += 1;
  }

  refuse(reason: string, path = ''): void {
    this.#rejected.push({ index: this.entryCount, path, reason });
    this.entryCount += 1;
  }

  result(): Decoded {
    return {
      records: this.#records,
      indexes: this.#indexes,
      rejected: this.#rejected,
      clampedCount: this.#decoder.clampedCount - this.#clampedBefore,
      droppedAddressCount: this.#decoder.droppedAddressCount - this.#droppedBefore,
    };
  }
}

function entriesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body === 'object' && body !== null) {
    if ('events' in body && Array.isArray(body.events)) return body.events;
    if ('entities' in body && Array.isArray(body.entities)) return body.entities;
  }
  return [body];
}
