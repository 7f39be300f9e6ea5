// Counts records into the intervals of their event time, in memory, within bounds. It knows no disk: what is stored, and
// when an interval may go, is said by the checkpoints.
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import type { CellGroup } from './block.ts';
import type { GroupFields, Step } from './group-fields.ts';
import { type Cell, OpenInterval, type RecordKind } from './open-interval.ts';
import { readMetrics, ROLLED_METRICS } from './rolled-metrics.ts';

/** How far ahead of us an event time may be: receivers believe half a minute. */
export const FUTURE_TOLERANCE_MS = 60_000;

/** In memory there may be as many groups as so many full intervals have. */
const FULL_INTERVALS_IN_MEMORY = 4;

export interface RecorderLimits {
  readonly intervalMs: number;
  readonly retentionMs: number;
  /** Of one interval. */
  readonly maxGroups: number;
}

/** What became of the records since it was last asked. */
export interface RecordCounts {
  /** Counted into an interval that was over. */
  late: number;
  /** Counted into the overflow group. */
  overflow: number;
  tooOld: number;
  inFuture: number;
}

export class Recorder {
  readonly #fields: GroupFields;
  readonly #limits: RecorderLimits;
  readonly #intervals = new Map<number, OpenInterval>();
  /** Called with an interval that is given up before all of it was stored. */
  readonly #onLoss: (interval: OpenInterval) => void;
  /** Event times before this are not taken: what was there has been removed. */
  #floorMs = -Infinity;
  /** The interval of the last record: that of the next one too, as a rule. */
  #last: OpenInterval | undefined;
  #groupCount = 0;
  /** Room was sought in vain, so it needn't be sought again for each record of a flood until something is closed. */
  #isFullForPast = false;
  #counts: RecordCounts = { late: 0, overflow: 0, tooOld: 0, inFuture: 0 };
  readonly #metrics = new Float64Array(ROLLED_METRICS.length);

  constructor(fields: GroupFields, limits: RecorderLimits, onLoss: (interval: OpenInterval) => void) {
    this.#fields = fields;
    this.#limits = limits;
    this.#onLoss = onLoss;
  }

  /** Ascending by time. */
  get intervals(): readonly OpenInterval[] {
    return [...this.#intervals.values()].sort((one, other) => one.startMs - other.startMs);
  }

  /** In memory, without the overflow. */
  get groupCount(): number {
    return this.#groupCount;
  }

  takeCounts(): RecordCounts {
    const counts = this.#counts;
    this.#counts = { late: 0, overflow: 0, tooOld: 0, inFuture: 0 };
    return counts;
  }

  /** When the oldest interval that is kept begins. */
  keptFromMs(nowMs: number): number {
    // A clock that was set back must not make the floor a time that is to come.
    const floorMs = Math.min(this.#floorMs, this.startOf(nowMs));
    return Math.max(this.startOf(nowMs - this.#limits.retentionMs), floorMs);
  }

  /** Nothing before `floorMs` is taken from now on. */
  raiseFloor(floorMs: number): void {
    this.#floorMs = Math.max(this.#floorMs, floorMs);
    for (const interval of this.#intervals.values()) if (interval.startMs < floorMs) this.close(interval);
  }

  startOf(timeMs: number): number {
    return Math.floor(timeMs / this.#limits.intervalMs) * this.#limits.intervalMs;
  }

  record(record: QualitySample | SessionEvent, nowMs: number): void {
    const interval = this.#intervalOf(record.observedAtMs, nowMs);
    if (interval === undefined) return;
    if (interval.startMs + this.#limits.intervalMs <= nowMs) this.#counts.late += 1;
    interval.wasTouched = true;
    if (record.kind === 'sample') this.#recordSample(interval, record, nowMs);
    else this.#recordEvent(interval, record, nowMs);
  }

  /** Lets go of an interval. */
  close(interval: OpenInterval): void {
    if (!this.#intervals.delete(interval.startMs)) return;
    this.#groupCount -= interval.groupCount;
    if (this.#last === interval) this.#last = undefined;
  }

  #recordSample(interval: OpenInterval, sample: QualitySample, nowMs: number): void {
    const metrics = this.#metrics;
    readMetrics(sample, metrics);
    for (let index = 0; index < metrics.length; index++) {
      if (!Number.isFinite(metrics[index]!)) metrics[index] = NaN;
    }
    const steps = this.#fields.stepsOfSample(sample, metrics);
    const cell =
      interval.find('sample', steps) ??
      this.#newCell(interval, 'sample', steps, nowMs, () => this.#fields.valuesOfSample(sample, metrics));
    cell.block.countSample(cell.index, metrics);
  }

  #recordEvent(interval: OpenInterval, event: SessionEvent, nowMs: number): void {
    const steps = this.#fields.stepsOfEvent(event);
    const cell =
      interval.find('event', steps) ??
      this.#newCell(interval, 'event', steps, nowMs, () => this.#fields.valuesOfEvent(event));
    cell.block.countEvent(cell.index);
  }

  #intervalOf(observedAtMs: number, nowMs: number): OpenInterval | undefined {
    const startMs = this.startOf(observedAtMs);
    // Written so that a time that is no number is refused too.
    if (!(startMs >= this.keptFromMs(nowMs))) {
      this.#counts.tooOld += 1;
      return undefined;
    }
    if (observedAtMs > nowMs + FUTURE_TOLERANCE_MS) {
      this.#counts.inFuture += 1;
      return undefined;
    }
    if (this.#last?.startMs === startMs) return this.#last;
    let interval = this.#intervals.get(startMs);
    if (interval === undefined) {
      interval = new OpenInterval(startMs, this.#fields);
      this.#intervals.set(startMs, interval);
    }
    this.#last = interval;
    return interval;
  }

  /** The place of a group that the interval doesn't know yet. */
  #newCell(
    interval: OpenInterval,
    kind: RecordKind,
    steps: readonly Step[],
    nowMs: number,
    values: () => CellGroup['values'],
  ): Cell {
    if (interval.groupCount < this.#limits.maxGroups && this.#hasRoom(interval, nowMs)) {
      this.#groupCount += 1;
      return interval.addGroup(kind, steps, { values: values(), isOverflow: false });
    }
    this.#counts.overflow += 1;
    return interval.overflow(kind);
  }

  /**
   * Whether memory may take another group. What is stored already makes room for it. What is not stored makes room for
   * the present only: then the disk doesn't take it, and what is newest is worth most.
   */
  #hasRoom(interval: OpenInterval, nowMs: number): boolean {
    const isFull = () => this.#groupCount >= this.#limits.maxGroups * FULL_INTERVALS_IN_MEMORY;
    if (!isFull()) {
      this.#isFullForPast = false;
      return true;
    }
    const isPast = ({ startMs }: OpenInterval) => startMs < this.startOf(nowMs);
    if (this.#isFullForPast && isPast(interval)) return false;
    const others = this.intervals.filter((other) => other !== interval && isPast(other));
    for (const other of others) {
      if (!isFull()) return true;
      if (other.isStored) this.close(other);
    }
    if (isPast(interval)) {
      this.#isFullForPast = isFull();
      return !this.#isFullForPast;
    }
    for (const other of others) {
      if (!isFull()) return true;
      if (!this.#intervals.has(other.startMs)) continue;
      this.close(other);
      this.#onLoss(other);
    }
    return !isFull();
  }
}
