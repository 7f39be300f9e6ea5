// The bands of a metric: between which bounds of the catalogue a value lies. A sample's band is known when it is counted,
// so groups by band are exact, which groups by an average could not be.
import { metricIndexOf, ROLLED_METRICS, type BandedMetric } from './rolled-metrics.ts';

/** The bands of one metric that rollups tell apart. */
export interface Bands {
  readonly metric: BandedMetric;
  readonly metricIndex: number;
  readonly bounds: readonly number[];
  /** By number: `(-inf,1.5]`, `(1.5,2]`, …, `(4.6,inf)`. */
  readonly labels: readonly string[];
}

export function bandsOf(metric: BandedMetric): Bands {
  const metricIndex = metricIndexOf(metric)!;
  const bounds = ROLLED_METRICS[metricIndex]!.bandBounds!;
  const labels = [...bounds, undefined].map((bound, number) => {
    const below = number === 0 ? '-inf' : String(bounds[number - 1]);
    return bound === undefined ? `(${below},inf)` : `(${below},${bound}]`;
  });
  return { metric, metricIndex, bounds, labels };
}

/** The number of the band: values are counted up to and including its bound. */
export function bandNumber(bounds: readonly number[], value: number): number {
  let number = 0;
  while (number < bounds.length && value > bounds[number]!) number++;
  return number;
}

/** Where the band begins, for sorting. */
export function bandStart(label: string): number {
  const below = label.slice(1, label.indexOf(','));
  return below === '-inf' ? -Infinity : Number(below);
}
