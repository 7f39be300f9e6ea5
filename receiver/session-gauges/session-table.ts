// The table of live sessions: one row per session, one typed array per gauge, so that a sample costs a few stores and no
// allocation. It holds the newest sample of each session and counts every sample once into the histograms.
import type { Attributes } from '@opentelemetry/api';
import type { QualitySample, SessionEvent } from '../sample.ts';
import { GAUGES, MOS_GAUGE, readGauges } from './catalogue.ts';
import type { DegradedLevel } from './degraded-level.ts';
import { type DimensionGroup, Distributions } from './distributions.ts';
import type { RowColumns } from './select-rows.ts';
import { describeSession, dimensionsOf, isDescribedBy } from './session-attributes.ts';

const INITIAL_CAPACITY = 1_024;

/** A row is free, shows a session, or remembers that one ended, so that a late copy of a sample doesn't bring it back. */
const FREE = 0;
const LIVE = 1;
const ENDED = 2;

/** One life of a session, from its first sample to its end: who compares two of these sees that a row changed hands. */
export interface LiveSession {
  /** Of its points. Never changed in place: a new object stands for a new description. */
  readonly attributes: Attributes;
}

interface Session extends LiveSession {
  readonly id: string;
  attributes: Attributes;
  group: DimensionGroup;
}

export class SessionTable implements RowColumns {
  readonly distributions = new Distributions();
  readonly #rowOf = new Map<string, number>();
  readonly #freeRows: number[] = [];
  /** By row; undefined where the row is free. */
  readonly #sessions: (Session | undefined)[] = [];
  /** Rows below this have been used at some time. */
  #rowCount = 0;
  #capacity = INITIAL_CAPACITY;
  #states = new Uint8Array(INITIAL_CAPACITY);
  #levels = new Uint8Array(INITIAL_CAPACITY);
  #observedAtMs = new Float64Array(INITIAL_CAPACITY);
  #arrivedAtMs = new Float64Array(INITIAL_CAPACITY);
  #timeoutMs = new Float64Array(INITIAL_CAPACITY);
  /** By gauge, then by row. NaN is an absent value; it never leaves the table. */
  readonly #values = GAUGES.map(() => new Float64Array(INITIAL_CAPACITY));

  /** The sample at hand, by gauge. */
  readonly #reading = new Float64Array(GAUGES.length);

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Ask anew after each pause: growth replaces the array. */
  get levels(): Uint8Array {
    return this.#levels;
  }

  get mos(): Float64Array {
    return this.values(MOS_GAUGE);
  }

  /** The column of a gauge, NaN where the newest sample had no value. Ask anew after each pause. */
  values(gauge: number): Float64Array {
    return this.#values[gauge]!;
  }

  isLive(row: number): boolean {
    return this.#states[row] === LIVE;
  }

  /** Undefined when the row shows none. */
  session(row: number): LiveSession | undefined {
    return this.isLive(row) ? this.#sessions[row] : undefined;
  }

  /**
   * Takes a sample that arrived at `nowMs`. Ignored when it is not newer than what the session is known by, as in a
   * batch that two pipelines deliver; ignored for audio, of which metrics named video must say nothing.
   */
  record(sample: QualitySample, nowMs: number, sessionTimeoutMs: number): void {
    if (sample.media === 'audio') return;
    let row = this.#rowOf.get(sample.sessionId);
    if (row !== undefined && sample.observedAtMs <= this.#observedAtMs[row]!) return;
    row ??= this.#takeRow(sample.sessionId, nowMs);
    const session = this.#describe(row, sample, nowMs);
    this.#observedAtMs[row] = sample.observedAtMs;
    this.#arrivedAtMs[row] = nowMs;
    this.#timeoutMs[row] = sessionTimeoutMs;
    const reading = this.#reading;
    readGauges(sample, reading);
    for (let gauge = 0; gauge < reading.length; gauge++) {
      if (!Number.isFinite(reading[gauge]!)) reading[gauge] = NaN;
      this.#values[gauge]![row] = reading[gauge]!;
    }
    session.group.add(reading);
  }

  /** Withdraws the session at once. Ignored when a newer sample is known: then the session has begun again. */
  end(event: SessionEvent): void {
    const row = this.#rowOf.get(event.sessionId);
    if (row === undefined || event.observedAtMs < this.#observedAtMs[row]!) return;
    this.#states[row] = ENDED;
    this.#observedAtMs[row] = event.observedAtMs;
  }

  setLevel(sessionId: string, level: DegradedLevel): void {
    const row = this.#rowOf.get(sessionId);
    if (row !== undefined && this.isLive(row)) this.#levels[row] = level;
  }

  /** Undefined for a session that the table doesn't show. */
  level(sessionId: string): DegradedLevel | undefined {
    const row = this.#rowOf.get(sessionId);
    return row !== undefined && this.isLive(row) ? (this.#levels[row] as DegradedLevel) : undefined;
  }

  /** Frees the rows of sessions that have been silent for their timeout. */
  sweep(nowMs: number): void {
    for (let row = 0; row < this.#rowCount; row++) {
      if (this.#states[row] === FREE || nowMs - this.#arrivedAtMs[row]! < this.#timeoutMs[row]!) continue;
      this.#rowOf.delete(this.#sessions[row]!.id);
      this.#sessions[row] = undefined;
      this.#states[row] = FREE;
      this.#freeRows.push(row);
    }
  }

  /** The session of a row as this sample leaves it. A session that begins, or begins again, starts at level 0. */
  #describe(row: number, sample: QualitySample, nowMs: number): Session {
    const known = this.#states[row] === LIVE ? this.#sessions[row] : undefined;
    if (known !== undefined && isDescribedBy(known.attributes, sample)) return known;
    const attributes = describeSession(known?.attributes, sample);
    const group = this.distributions.group(dimensionsOf(attributes), nowMs);
    if (known !== undefined) return Object.assign(known, { attributes, group });
    const session = { id: sample.sessionId, attributes, group };
    this.#sessions[row] = session;
    this.#states[row] = LIVE;
    this.#levels[row] = 0;
    return session;
  }

  #takeRow(sessionId: string, nowMs: number): number {
    if (this.#freeRows.length === 0 && this.#rowCount === this.#capacity) this.#makeRoom(nowMs);
    const row = this.#freeRows.pop() ?? this.#rowCount++;
    this.#rowOf.set(sessionId, row);
    return row;
  }

  /**
   * The table must not grow by sessions that are gone, even when nothing is ever exported. It doubles unless a quarter
   * of it came free, so that a full table isn't swept again for each new session.
   */
  #makeRoom(nowMs: number): void {
    this.sweep(nowMs);
    if (this.#freeRows.length >= this.#capacity / 4) return;
    this.#capacity *= 2;
    this.#states = grown(this.#states, new Uint8Array(this.#capacity));
    this.#levels = grown(this.#levels, new Uint8Array(this.#capacity));
    this.#observedAtMs = grown(this.#observedAtMs, new Float64Array(this.#capacity));
    this.#arrivedAtMs = grown(this.#arrivedAtMs, new Float64Array(this.#capacity));
    this.#timeoutMs = grown(this.#timeoutMs, new Float64Array(this.#capacity));
    for (const [gauge, column] of this.#values.entries()) {
      this.#values[gauge] = grown(column, new Float64Array(this.#capacity));
    }
  }
}

function grown<Column extends Uint8Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
