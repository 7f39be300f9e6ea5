// Where the decoder of one entry puts what it found: records and refusals, each with the position of the entry. And the
// walk over the entries of a body, which all live dialects share.
import type { PathReading, StatsReading, StreamReading } from '../get-stats/reading.ts';
import { idProblem } from '../guide-event/text-value.ts';
import type { SessionEvent, SessionEventType } from '../sample.ts';
import { type BodyEntries, entriesOf } from './body-entries.ts';
import type { DialectContext, DialectOutput, DialectRefusal } from './dialect.ts';
import { type OwnNames, type Session, sessionOf } from './entry-session.ts';
import type { FieldRefusal, JsonObject } from './stat-fields.ts';

export interface ReadingContent {
  readonly connectionId: string;
  readonly observedAtMs: number;
  readonly streams: readonly StreamReading[];
  readonly path?: PathReading | undefined;
}

interface MutableOutput {
  readonly records: (StatsReading | SessionEvent)[];
  readonly indexes: number[];
  readonly refusals: DialectRefusal[];
}

/** A body longer than this is no batch of a page. */
const MAX_ENTRIES = 10_000;
/** Of a source that has one connection and doesn't name it. */
const ONLY_CONNECTION = '0';

export class EntrySink {
  readonly context: DialectContext;
  readonly #index: number;
  readonly #wrapper: JsonObject;
  readonly #output: MutableOutput;
  readonly #records: (StatsReading | SessionEvent)[] = [];

  constructor(context: DialectContext, index: number, wrapper: JsonObject, output: MutableOutput) {
    this.context = context;
    this.#index = index;
    this.#wrapper = wrapper;
    this.#output = output;
  }

  /** Whose the entry is; undefined when nobody says, which is refused. */
  session(entry: JsonObject, own: OwnNames = {}): Session | undefined {
    return sessionOf(this.context.identity, entry, this.#wrapper, own, (path, reason) => {
      this.refuse(path, reason);
    });
  }

  /** The id of a connection, or undefined when it can't be one, which is refused. */
  connectionId(value: unknown, path: string): string | undefined {
    if (value === undefined || value === null || value === '') return ONLY_CONNECTION;
    const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    const problem = idProblem(id);
    if (problem === undefined) return id as string;
    this.refuse(path, problem);
    return undefined;
  }

  reading(session: Session, { connectionId, observedAtMs, streams, path }: ReadingContent): void {
    this.#records.push({
      kind: 'reading',
      ...session,
      connectionId,
      observedAtMs: Math.floor(observedAtMs),
      receivedAtMs: this.context.receivedAtMs,
      streams,
      ...(path !== undefined && { path }),
    });
  }

  event(session: Session, type: SessionEventType, observedAtMs: number): void {
    const { receivedAtMs } = this.context;
    this.#records.push({
      kind: 'event',
      type,
      ...session,
      observedAtMs: Math.floor(observedAtMs),
      receivedAtMs,
    });
  }

  refuse(path: string, reason: string): void {
    this.#output.refusals.push({ index: this.#index, path, reason });
  }

  /** Hands the records of the entry on, in the order of their time. */
  close(): void {
    for (const record of this.#records.sort((one, other) => one.observedAtMs - other.observedAtMs)) {
      this.#output.records.push(record);
      this.#output.indexes.push(this.#index);
    }
  }

  refuseAll(refusals: readonly FieldRefusal[]): void {
    for (const { path, reason } of refusals) this.refuse(path, reason);
  }
}

/** Decodes a body entry by entry. `split` finds the entries where they are not those of every dialect. */
export function decodeEntries(
  body: unknown,
  context: DialectContext,
  decodeEntry: (entry: unknown, sink: EntrySink, index: number) => void,
  split: (body: unknown) => BodyEntries = entriesOf,
): DialectOutput {
  const { entries, wrapper } = split(body);
  const output: MutableOutput = { records: [], indexes: [], refusals: [] };
  const maxEntries = context.isRecording === true ? Number.POSITIVE_INFINITY : MAX_ENTRIES;
  for (const [index, entry] of entries.entries()) {
    const sink = new EntrySink(context, index, wrapper, output);
    if (index === maxEntries) {
      sink.refuse('', `is one too many: at most ${MAX_ENTRIES} entries of a body are read`);
      break;
    }
    decodeEntry(entry, sink, index);
    sink.close();
  }
  return output;
}
