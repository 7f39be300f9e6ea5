// The buckets of a histogram for a heat map: from counts of everything up to a bound to counts between two bounds.
import { onGrid, type Series } from './series.ts';

export interface BucketRow {
  /** The upper bound, as it is shown: `3.5`, `+Inf`. */
  readonly bound: number;
  /** At each time of the grid; null where nothing is known. */
  readonly counts: readonly (number | null)[];
}

/** From the lowest bucket up. Counts that would be negative, as rates of buckets may be for a moment, are 0. */
export function bucketRows(series: readonly Series[], timesS: readonly number[]): BucketRow[] {
  const cumulative = series
    .map((each) => ({ bound: boundOf(each), counts: onGrid(each, timesS) }))
    .toSorted((a, b) => (a.bound < b.bound ? -1 : 1));
  return cumulative.map(({ bound, counts }, index) => {
    const below = cumulative[index - 1]?.counts;
    return {
      bound,
      counts: counts.map((count, at) => (count === null ? null : Math.max(0, count - (below?.[at] ?? 0)))),
    };
  });
}

function boundOf({ labels }: Series): number {
  const { le = '' } = labels;
  return le === '+Inf' ? Infinity : Number(le);
}
