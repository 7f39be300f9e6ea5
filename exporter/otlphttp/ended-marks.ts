// Marks of the series that have ended: points that say that there is no value any more. They travel behind the values of
// the same export, with its time: later than any value of their series, and never beside one, which Prometheus refuses.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type GaugeMetricData,
  type MetricProducer,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { SESSION_GAUGES } from '../../receiver/session-gauges/catalogue.ts';
import { SCOPE } from '../../receiver/session-gauges/session-gauges.ts';
import type { Series, ShownSeries } from '../../receiver/session-gauges/shown-series.ts';

/** The value is NaN: the SDK has no points without one. */
interface Mark extends DataPoint<number> {
  readonly series: Series;
}

/** Equal to the values' scope, as it belongs to the identity of a series, and another object: marks are known by it. */
const MARKS_SCOPE = { ...SCOPE };

const BITS = new Map(SESSION_GAUGES.map(({ name }, index) => [name, 1 << index]));
/** A few milliseconds of work. */
const MARKS_PER_TURN = 16_384;

/** What `values` collects, which `series` takes note of, and behind it the marks of what has ended. */
export function withMarks(values: MetricProducer, series: ShownSeries): MetricProducer {
  return {
    async collect(options) {
      const { resourceMetrics, errors } = await values.collect(options);
      const { resource, scopeMetrics } = resourceMetrics;
      const metrics = await collectMarks(series);
      if (metrics.length === 0) return { resourceMetrics, errors };
      return {
        resourceMetrics: { resource, scopeMetrics: [...scopeMetrics, { scope: MARKS_SCOPE, metrics }] },
        errors,
      };
    },
  };
}

/** The two parts of a batch. A part that has nothing is absent. */
export function separateMarks(batch: ResourceMetrics): {
  readonly values?: ResourceMetrics;
  readonly marks?: ResourceMetrics;
} {
  const { resource, scopeMetrics } = batch;
  const marks = scopeMetrics.filter(({ scope }) => scope === MARKS_SCOPE);
  if (marks.length === 0) return { values: batch };
  const values = scopeMetrics.filter(({ scope }) => scope !== MARKS_SCOPE);
  return {
    ...(values.length > 0 && { values: { resource, scopeMetrics: values } }),
    marks: { resource, scopeMetrics: marks },
  };
}

/** The destination knows of these marks, or will never take them. */
export function settleMarks({ scopeMetrics }: ResourceMetrics): void {
  for (const { metrics } of scopeMetrics) {
    for (const { descriptor, dataPoints } of metrics) {
      const bit = BITS.get(descriptor.name)!;
      for (const { series } of dataPoints as Mark[]) series.told &= ~bit;
    }
  }
}

async function collectMarks(series: ShownSeries): Promise<GaugeMetricData[]> {
  const ended = series.ended();
  if (ended.length === 0) return [];
  const metrics: GaugeMetricData[] = [];
  for (const [index, { name, unit, description }] of SESSION_GAUGES.entries()) {
    const dataPoints: Mark[] = [];
    for (const [count, each] of ended.entries()) {
      if (count % MARKS_PER_TURN === 0) await eventLoopTurn();
      if ((each.told & ~each.exported & (1 << index)) === 0) continue;
      const { attributes } = each;
      dataPoints.push({ startTime: series.time, endTime: series.time, attributes, value: NaN, series: each });
    }
    if (dataPoints.length === 0) continue;
    metrics.push({
      descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.GAUGE,
      dataPoints,
    });
  }
  return metrics;
}
