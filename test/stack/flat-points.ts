// Points one by one, each with all that belongs to it, in an order that depends on nothing but them: so what was sent and
// what arrived can be compared, however it was cut into requests.
import {
  DataPointType,
  type CollectionResult,
  type MetricData,
  type Histogram,
} from '@opentelemetry/sdk-metrics';
import type { DecodedAttributes, DecodedMetric, DecodedRequest } from '../support/otlp-request.ts';

/** Without times, which differ from one export to the next. */
export interface FlatPoint extends Omit<DecodedMetric, 'points'> {
  readonly attributes: DecodedAttributes;
  readonly value: number | object;
}

const TEMPORALITY_NAMES = ['delta', 'cumulative'] as const;

export function flatReceived(requests: readonly DecodedRequest[]): FlatPoint[] {
  return inOrder(
    requests.flatMap(({ metrics }) =>
      metrics.flatMap(({ points, ...metric }) =>
        points.map(({ attributes, value, histogram }) => ({
          ...metric,
          attributes,
          value: value ?? histogram!,
        })),
      ),
    ),
  );
}

export function flatCollected({ resourceMetrics }: CollectionResult): FlatPoint[] {
  return inOrder(resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap(flat)));
}

function flat(metric: MetricData): FlatPoint[] {
  const { name, unit, description } = metric.descriptor;
  const common = { name, unit, description };
  const temporality = TEMPORALITY_NAMES[metric.aggregationTemporality];
  switch (metric.dataPointType) {
    case DataPointType.GAUGE:
      return metric.dataPoints.map(({ attributes, value }) => ({
        ...common,
        kind: 'gauge',
        attributes: attributes as DecodedAttributes,
        value,
      }));
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map(({ attributes, value }) => ({
        ...common,
        kind: 'histogram',
        temporality,
        attributes: attributes as DecodedAttributes,
        value: histogram(value),
      }));
    case DataPointType.SUM:
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      throw new Error(`${name} is of a kind that the table of sessions does not give out`);
  }
}

function histogram({ count, sum, min, max, buckets }: Histogram): object {
  return { count, sum, min, max, bucketCounts: buckets.counts, explicitBounds: buckets.boundaries };
}

function inOrder(points: readonly FlatPoint[]): FlatPoint[] {
  const key = ({ name, attributes }: FlatPoint) =>
    JSON.stringify([name, Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
  const keyed = points.map((point) => ({ key: key(point), point }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ point }) => point);
}
