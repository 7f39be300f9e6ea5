// Cumulative histograms of the gauges that have one, a set per combination of dimensions. They hold no session ids, so they
// stay small however many sessions come and go.
import type { Attributes } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { ATTRIBUTE, GAUGES, MAX_DIMENSION_COMBINATIONS } from './catalogue.ts';

/** By gauge; undefined for a gauge without a histogram. */
const BOUNDARIES = GAUGES.map(
  ({ distribution }) => distribution && Float64Array.from(distribution.bucketBoundaries),
);

/** What is kept of each gauge, in this order; the buckets follow. */
const COUNT = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;
const FIRST_BUCKET = 4;

/**
 * The histograms of one combination of dimensions. Their numbers stand in typed arrays and whole samples are handed
 * over, because a number in a field or an argument is put on the heap each time.
 */
export class DimensionGroup {
  readonly attributes: Attributes;
  /** Milliseconds since the Unix epoch: what the counts are cumulative from. */
  readonly sinceMs: number;
  /** By gauge. */
  readonly #statistics = BOUNDARIES.map((boundaries) => {
    if (boundaries === undefined) return undefined;
    const statistics = new Float64Array(FIRST_BUCKET + boundaries.length + 1);
    statistics[MIN] = Infinity;
    statistics[MAX] = -Infinity;
    return statistics;
  });

  constructor(attributes: Attributes, sinceMs: number) {
    this.attributes = attributes;
    this.sinceMs = sinceMs;
  }

  /** Counts one sample: its value by gauge, NaN where it has none. Buckets count up to and including their bound. */
  add(values: Float64Array): void {
    for (let gauge = 0; gauge < values.length; gauge++) {
      const value = values[gauge]!;
      if (Number.isNaN(value)) continue;
      const boundaries = BOUNDARIES[gauge];
      const statistics = this.#statistics[gauge];
      if (boundaries === undefined || statistics === undefined) continue;
      let bucket = 0;
      while (bucket < boundaries.length && value > boundaries[bucket]!) bucket++;
      statistics[FIRST_BUCKET + bucket]! += 1;
      statistics[COUNT]! += 1;
      statistics[SUM]! += value;
      if (value < statistics[MIN]!) statistics[MIN] = value;
      if (value > statistics[MAX]!) statistics[MAX] = value;
    }
  }

  /**
   * A copy, so that later samples don't change what is being exported. Undefined before the gauge's first value, and for a
   * gauge without a histogram.
   */
  snapshot(gauge: number): Histogram | undefined {
    const boundaries = BOUNDARIES[gauge];
    const statistics = this.#statistics[gauge];
    if (boundaries === undefined || statistics === undefined || statistics[COUNT] === 0) return undefined;
    return {
      buckets: {
        boundaries: Array.from(boundaries),
        counts: Array.from(statistics.subarray(FIRST_BUCKET)),
      },
      count: statistics[COUNT]!,
      sum: statistics[SUM]!,
      min: statistics[MIN]!,
      max: statistics[MAX]!,
    };
  }
}

export class Distributions {
  readonly #groups = new Map<string, DimensionGroup>();

  /** The group of a combination of dimensions; made at `nowMs` when it is new. */
  group(dimensions: Attributes, nowMs: number): DimensionGroup {
    const key = JSON.stringify(dimensions);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const overflows = this.#groups.size >= MAX_DIMENSION_COMBINATIONS && !(ATTRIBUTE.overflow in dimensions);
    if (overflows) return this.group({ [ATTRIBUTE.overflow]: true }, nowMs);
    const group = new DimensionGroup(dimensions, nowMs);
    this.#groups.set(key, group);
    return group;
  }

  get groups(): Iterable<DimensionGroup> {
    return this.#groups.values();
  }
}
