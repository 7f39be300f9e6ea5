import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Attributes, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { DeltaPoints } from '../../../exporter/otlphttp/delta-points.ts';

const common = {
  descriptor: { name: 'm', description: '', unit: '', valueType: ValueType.DOUBLE },
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
};

function point<Value>(value: Value, endS: number, attributes: Attributes = {}, startS = 0) {
  return {
    startTime: [startS, 0] as [number, number],
    endTime: [endS, 0] as [number, number],
    attributes,
    value,
  };
}

function sum(...dataPoints: ReturnType<typeof point<number>>[]): MetricData {
  return { ...common, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
}

function histogram(...dataPoints: ReturnType<typeof point<Histogram>>[]): MetricData {
  return { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints };
}

function batchOf(...metrics: MetricData[]): ResourceMetrics {
  return { resource: emptyResource(), scopeMetrics: [{ scope: { name: 'test' }, metrics }] };
}

/** Converts and delivers; returns the only metric's points as [start, end, value]. */
function deliver(deltas: DeltaPoints, metric: MetricData, isTaken = true) {
  const { metrics, commit } = deltas.convert(batchOf(metric));
  if (isTaken) commit();
  return metrics.scopeMetrics[0]!.metrics[0]!.dataPoints.map(({ startTime, endTime, value }) => [
    startTime[0],
    endTime[0],
    value,
  ]);
}

describe('DeltaPoints', () => {
  it('sends the first total whole, then what came since', () => {
    const deltas = new DeltaPoints();
    assert.deepEqual(deliver(deltas, sum(point(5, 10))), [[0, 10, 5]]);
    assert.deepEqual(deliver(deltas, sum(point(8, 20))), [[10, 20, 3]]);
    assert.deepEqual(deliver(deltas, sum(point(8, 30))), [[20, 30, 0]]);
  });

  it('contains in the next batch what was not taken in the last', () => {
    const deltas = new DeltaPoints();
    deliver(deltas, sum(point(5, 10)));
    assert.deepEqual(deliver(deltas, sum(point(8, 20)), false), [[10, 20, 3]]);
    assert.deepEqual(deliver(deltas, sum(point(9, 30))), [[10, 30, 4]]);
  });

  it('takes the total as new when the counter began again', () => {
    const deltas = new DeltaPoints();
    deliver(deltas, sum(point(5, 10)));
    assert.deepEqual(deliver(deltas, sum(point(2, 30, {}, 25))), [[25, 30, 2]]);
  });

  it('tells series apart by their attributes, in whatever order', () => {
    const deltas = new DeltaPoints();
    deliver(deltas, sum(point(5, 10, { a: 1, b: 2 }), point(1, 10, { a: 2 })));
    const next = deliver(deltas, sum(point(6, 20, { b: 2, a: 1 }), point(4, 20, { a: 2 })));
    assert.deepEqual(next, [
      [10, 20, 1],
      [10, 20, 3],
    ]);
  });

  it('subtracts histograms bucket by bucket, and claims no extremes', () => {
    const deltas = new DeltaPoints();
    const of = (counts: number[], total: number, min: number, max: number): Histogram => ({
      buckets: { boundaries: [1], counts },
      count: counts[0]! + counts[1]!,
      sum: total,
      min,
      max,
    });
    assert.deepEqual(deliver(deltas, histogram(point(of([1, 2], 9, 0.5, 6), 10))), [
      [0, 10, of([1, 2], 9, 0.5, 6)],
    ]);
    assert.deepEqual(deliver(deltas, histogram(point(of([1, 5], 20, 0.5, 7), 20))), [
      [10, 20, { buckets: { boundaries: [1], counts: [0, 3] }, count: 3, sum: 11 }],
    ]);
  });

  it('marks what it converts as delta, and leaves gauges and sums that can fall as they are', () => {
    const deltas = new DeltaPoints();
    const gauge: MetricData = { ...common, dataPointType: DataPointType.GAUGE, dataPoints: [point(4, 10)] };
    const level: MetricData = {
      ...common,
      dataPointType: DataPointType.SUM,
      isMonotonic: false,
      dataPoints: [point(4, 10)],
    };
    const { metrics } = deltas.convert(batchOf(sum(point(1, 10)), gauge, level));
    const [converted, ...untouched] = metrics.scopeMetrics[0]!.metrics;
    assert.equal(converted!.aggregationTemporality, AggregationTemporality.DELTA);
    assert.deepEqual(untouched, [gauge, level]);
  });
});
