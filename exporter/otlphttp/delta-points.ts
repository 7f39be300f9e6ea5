// Counters and histograms as changes since the last delivery instead of totals, for backends such as Datadog that take no
// other. Gauges have no temporality and pass as they are; sums that can fall stay totals, as OpenTelemetry asks.
import type { HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

export interface DeltaBatch {
  readonly metrics: ResourceMetrics;
  /** Call it when the batch has been delivered. What was not is contained in the next one. */
  commit(): void;
}

export class DeltaPoints {
  /** The totals that were delivered last, by metric and attributes. */
  readonly #delivered = new Map<string, DataPoint<number> | DataPoint<Histogram>>();

  convert({ resource, scopeMetrics }: ResourceMetrics): DeltaBatch {
    const totals = new Map<string, DataPoint<number> | DataPoint<Histogram>>();
    const metrics = {
      resource,
      scopeMetrics: scopeMetrics.map(({ scope, metrics: all }) => ({
        scope,
        metrics: all.map((metric) => this.#convertMetric(metric, totals)),
      })),
    };
    return {
      metrics,
      commit: () => {
        for (const [key, point] of totals) this.#delivered.set(key, point);
      },
    };
  }

  #convertMetric(
    metric: MetricData,
    totals: Map<string, DataPoint<number> | DataPoint<Histogram>>,
  ): MetricData {
    const aggregationTemporality = AggregationTemporality.DELTA;
    const previous = <Value>(point: DataPoint<Value>) => {
      const key = keyOf(metric.descriptor.name, point.attributes);
      totals.set(key, point as DataPoint<number> | DataPoint<Histogram>);
      const known = this.#delivered.get(key) as DataPoint<Value> | undefined;
      // Another start means that the counter began again, so that its total is all new.
      return known !== undefined && isSameTime(known.startTime, point.startTime) ? known : undefined;
    };
    if (metric.dataPointType === DataPointType.SUM && metric.isMonotonic) {
      const dataPoints = metric.dataPoints.map((point) => {
        const known = previous(point);
        if (known === undefined) return point;
        return { ...point, startTime: known.endTime, value: point.value - known.value };
      });
      return { ...metric, aggregationTemporality, dataPoints };
    }
    if (metric.dataPointType === DataPointType.HISTOGRAM) {
      const dataPoints = metric.dataPoints.map((point) => {
        const known = previous(point);
        if (known === undefined) return point;
        return { ...point, startTime: known.endTime, value: difference(point.value, known.value) };
      });
      return { ...metric, aggregationTemporality, dataPoints };
    }
    return metric;
  }
}

/** Lowest and highest of the interval can't be told from two totals, so they are left out. */
function difference(now: Histogram, before: Histogram): Histogram {
  const counts = now.buckets.counts.map((count, bucket) => count - before.buckets.counts[bucket]!);
  return {
    buckets: { boundaries: now.buckets.boundaries, counts },
    count: now.count - before.count,
    ...(now.sum !== undefined && before.sum !== undefined && { sum: now.sum - before.sum }),
  };
}

function keyOf(name: string, attributes: object): string {
  return JSON.stringify([name, ...Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function isSameTime(a: HrTime, b: HrTime): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
