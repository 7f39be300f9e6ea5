// The results of one interval of a query while they are being put together: what each group comes to.
import { COUNT, MAX, MIN, NUMBERS_PER_CELL, SUM } from '../rollup/block.ts';
import { bandStart } from '../rollup/bands.ts';
import type { GroupField } from '../rollup/group-fields.ts';
import { newSketch, quantileOf, type Sketch } from '../rollup/sketch.ts';
import { ABSENT, eachSketch, type StoredBlock, UNKNOWN } from '../rollup/stored-block.ts';
import { type FieldValue, fieldsOf, judge, UNKNOWN_VALUE } from './condition.ts';
import { isPercentile, type QueryPlan, type Selection } from './plan.ts';
import type { AnalyticsResult } from './query-schema.ts';

const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

interface Totals {
  /** By group item; undefined where the group has nothing, or it isn't known. */
  readonly values: readonly (string | undefined)[];
  readonly isOverflow: boolean;
  count: number;
  /** By column of the plan, as in block.ts. */
  readonly numbers: Float64Array;
  readonly sketches: (Sketch | undefined)[];
}

/** What becomes of the records of a cell. */
type Destiny = Totals | 'undecided' | 'left out';

export class Bucket {
  readonly fromMs: number;
  readonly #plan: QueryPlan;
  readonly #totals = new Map<string, Totals>();
  /** All that decides where a cell belongs. */
  readonly #fields: readonly GroupField[];
  undecidedCount = 0;

  constructor(fromMs: number, plan: QueryPlan) {
    this.fromMs = fromMs;
    this.#plan = plan;
    this.#fields = [...new Set([...fieldsOf(plan.condition), ...plan.groups.map(({ field }) => field)])];
  }

  get groupCount(): number {
    return this.#totals.size;
  }

  add(block: StoredBlock): void {
    const destinies = this.#destiniesOf(block);
    const totals = destinies.map((destiny) => (typeof destiny === 'string' ? undefined : destiny));
    for (const [cell, destiny] of destinies.entries()) {
      if (destiny === 'undecided') this.undecidedCount += block.counts[cell]!;
      else if (destiny !== 'left out') destiny.count += block.counts[cell]!;
    }
    for (const [column, metric] of this.#plan.columns.metrics.entries()) {
      const stored = block.columns.get(metric);
      if (stored === undefined) continue;
      addNumbers(stored.numbers, column, totals);
      if (stored.sketches === undefined) continue;
      eachSketch(stored.sketches, totals.length, (cell) => {
        const into = totals[cell];
        return into && (into.sketches[column] ??= newSketch());
      });
    }
  }

  /** By group. The range is what of the interval was looked at. */
  results(fromMs: number, toMs: number): AnalyticsResult[] {
    const from = new Date(fromMs).toISOString();
    const to = new Date(toMs).toISOString();
    return [...this.#totals.values()]
      .sort((one, other) => this.#compare(one, other))
      .map((totals) => ({
        from,
        to,
        group: this.#groupOf(totals),
        ...(totals.isOverflow && { isOverflow: true as const }),
        data: this.#dataOf(totals),
      }));
  }

  #destiniesOf(block: StoredBlock): readonly Destiny[] {
    const cellCount = block.counts.length;
    const columns = this.#fields.map((name) => {
      const field = block.fields.findIndex((each) => each.name === name);
      return { field, radix: field < 0 ? 1 : block.fields[field]!.values.length + 2 };
    });
    // Cells that are alike in all these fields, of which most blocks have many, are looked at once.
    const known = new Map<number, Destiny>();
    const isCountable = columns.reduce((product, { radix }) => product * radix, 1) < Number.MAX_SAFE_INTEGER;
    const destinies: Destiny[] = [];
    for (let cell = 0; cell < cellCount; cell++) {
      let alike = isCountable ? 0 : cell;
      if (isCountable) {
        for (const { field, radix } of columns) {
          if (field < 0) continue;
          const index = block.indexes[field * cellCount + cell]!;
          alike = alike * radix + (index === UNKNOWN ? radix - 1 : index);
        }
      }
      let destiny = known.get(alike);
      if (destiny === undefined) {
        destiny = this.#destinyOf((name) => valueOf(block, cell, columns[this.#fields.indexOf(name)]!.field));
        known.set(alike, destiny);
      }
      destinies.push(destiny);
    }
    return destinies;
  }

  #destinyOf(valueOfField: (name: GroupField) => FieldValue): Destiny {
    const isWanted = judge(this.#plan.condition, valueOfField);
    if (isWanted !== true) return isWanted === undefined ? 'undecided' : 'left out';
    const found = this.#plan.groups.map(({ field }) => valueOfField(field));
    const isOverflow = found.includes(UNKNOWN_VALUE);
    const values = found.map((value) => (value === UNKNOWN_VALUE ? undefined : value));
    const key = JSON.stringify([isOverflow, ...values]);
    let totals = this.#totals.get(key);
    if (totals === undefined) {
      totals = { values, isOverflow, count: 0, numbers: emptyNumbers(this.#plan), sketches: [] };
      this.#totals.set(key, totals);
    }
    return totals;
  }

  #compare(one: Totals, other: Totals): number {
    if (one.isOverflow !== other.isOverflow) return one.isOverflow ? 1 : -1;
    for (const [index, { isBand }] of this.#plan.groups.entries()) {
      const [left, right] = [one.values[index], other.values[index]];
      if (left === right) continue;
      // What is missing comes last.
      if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
      if (isBand) return bandStart(left) - bandStart(right);
      return left < right ? -1 : 1;
    }
    return 0;
  }

  #groupOf({ values }: Totals): Record<string, string> {
    const group: Record<string, string> = {};
    for (const [index, { text }] of this.#plan.groups.entries()) {
      const value = values[index];
      if (value !== undefined) group[text] = value;
    }
    return group;
  }

  #dataOf(totals: Totals): Record<string, number> {
    const data: Record<string, number> = {};
    for (const selection of this.#plan.selections) {
      const value = statisticOf(totals, selection);
      if (value !== undefined) data[selection.text] = value;
    }
    return data;
  }
}

function valueOf(block: StoredBlock, cell: number, field: number): FieldValue {
  // The field was not configured when this was counted.
  if (field < 0) return UNKNOWN_VALUE;
  const index = block.indexes[field * block.counts.length + cell]!;
  if (index === ABSENT) return undefined;
  return index === UNKNOWN ? UNKNOWN_VALUE : block.fields[field]!.values[index - 1];
}

function emptyNumbers({ columns }: QueryPlan): Float64Array {
  const numbers = new Float64Array(columns.metrics.length * NUMBERS_PER_CELL);
  for (let first = 0; first < numbers.length; first += NUMBERS_PER_CELL) {
    numbers[first + MIN] = Infinity;
    numbers[first + MAX] = -Infinity;
  }
  return numbers;
}

function addNumbers(numbers: Float64Array, column: number, totals: readonly (Totals | undefined)[]): void {
  const to = column * NUMBERS_PER_CELL;
  for (let cell = 0; cell < totals.length; cell++) {
    const from = cell * NUMBERS_PER_CELL;
    const into = totals[cell]?.numbers;
    if (into === undefined || numbers[from + COUNT] === 0) continue;
    into[to + COUNT]! += numbers[from + COUNT]!;
    into[to + SUM]! += numbers[from + SUM]!;
    if (numbers[from + MIN]! < into[to + MIN]!) into[to + MIN] = numbers[from + MIN]!;
    if (numbers[from + MAX]! > into[to + MAX]!) into[to + MAX] = numbers[from + MAX]!;
  }
}

/** Undefined when nobody has measured it. */
function statisticOf(
  { count, numbers, sketches }: Totals,
  { column, statistic }: Selection,
): number | undefined {
  if (column === undefined) return count;
  const first = column * NUMBERS_PER_CELL;
  const [measured, sum, min, max] = numbers.subarray(first, first + NUMBERS_PER_CELL) as unknown as [
    number,
    number,
    number,
    number,
  ];
  if (measured === 0) return undefined;
  if (isPercentile(statistic)) return quantileOf(sketches[column]!, QUANTILES[statistic], min, max);
  switch (statistic) {
    case 'avg':
      return sum / measured;
    case 'min':
      return min;
    case 'max':
      return max;
    case 'count':
      return measured;
  }
}
