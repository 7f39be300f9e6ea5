// Some of the groups of one interval, as they are being counted: a cell for each group. A block is what is stored at once. As
// soon as it has left the memory it never changes any more: what comes later for its groups goes into another block.
import type { GroupValues } from './group-fields.ts';
import { ROLLED_METRICS } from './rolled-metrics.ts';
import { addToSketch, newSketch, type Sketch } from './sketch.ts';

export const CELLS_PER_BLOCK = 128;
const FIRST_CAPACITY = 8;

/** What is kept of a metric in each cell, in this order. */
export const COUNT = 0;
export const SUM = 1;
export const MIN = 2;
export const MAX = 3;
export const NUMBERS_PER_CELL = 4;

export interface CellGroup {
  /** In the order of the group fields. */
  readonly values: GroupValues;
  /** The group of all for which there was no place: of its fields only the type is known. */
  readonly isOverflow: boolean;
}

/** One metric of a block; made when a sample has it. */
export interface MetricColumn {
  /** `NUMBERS_PER_CELL` for each cell. */
  numbers: Float64Array;
  /** By cell; undefined where no sample had the metric. */
  readonly sketches: (Sketch | undefined)[];
}

export class Block {
  readonly startMs: number;
  readonly groups: CellGroup[] = [];
  /** By metric. */
  readonly columns: (MetricColumn | undefined)[] = ROLLED_METRICS.map(() => undefined);
  /** By cell: samples or session events. */
  counts: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** Whether it has changed since it was written, or begun to be. */
  isDirty = false;
  isBeingWritten = false;
  /** Its name on the disk; undefined until it is written for the first time. */
  id: number | undefined;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get isFull(): boolean {
    return this.groups.length === CELLS_PER_BLOCK;
  }

  /** The index of a new cell. */
  addCell(group: CellGroup): number {
    const cell = this.groups.length;
    this.groups.push(group);
    if (cell === this.counts.length) this.#grow();
    return cell;
  }

  countEvent(cell: number): void {
    this.counts[cell]! += 1;
    this.isDirty = true;
  }

  /** `metrics` by metric; NaN where the sample has none. */
  countSample(cell: number, metrics: Float64Array): void {
    this.countEvent(cell);
    const first = cell * NUMBERS_PER_CELL;
    for (let metric = 0; metric < metrics.length; metric++) {
      const value = metrics[metric]!;
      if (Number.isNaN(value)) continue;
      const column = (this.columns[metric] ??= this.#newColumn());
      const sketch = (column.sketches[cell] ??= this.#firstValueOf(column, cell));
      const { numbers } = column;
      numbers[first + COUNT]! += 1;
      numbers[first + SUM]! += value;
      if (value < numbers[first + MIN]!) numbers[first + MIN] = value;
      if (value > numbers[first + MAX]!) numbers[first + MAX] = value;
      addToSketch(sketch, value, ROLLED_METRICS[metric]!.maximum);
    }
  }

  #newColumn(): MetricColumn {
    return { numbers: new Float64Array(this.counts.length * NUMBERS_PER_CELL), sketches: [] };
  }

  #firstValueOf({ numbers }: MetricColumn, cell: number): Sketch {
    numbers[cell * NUMBERS_PER_CELL + MIN] = Infinity;
    numbers[cell * NUMBERS_PER_CELL + MAX] = -Infinity;
    return newSketch();
  }

  #grow(): void {
    this.counts = grown(this.counts);
    for (const column of this.columns) {
      if (column !== undefined) column.numbers = grown(column.numbers);
    }
  }
}

function grown(numbers: Float64Array): Float64Array {
  const larger = new Float64Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
