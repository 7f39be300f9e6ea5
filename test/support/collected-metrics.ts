// Reads a collection of the SDK: points by metric name, with attributes as plain objects.
import type { Attributes } from '@opentelemetry/api';
import type { CollectionResult, MetricData } from '@opentelemetry/sdk-metrics';

export interface CollectedPoint {
  readonly attributes: Attributes;
  /** Milliseconds since the Unix epoch. */
  readonly timeMs: number;
  /** A number, or the SDK's histogram. */
  readonly value: unknown;
}

export function metricNames({ resourceMetrics }: CollectionResult): string[] {
  return metricsOf(resourceMetrics).map(({ descriptor }) => descriptor.name);
}

/** All points of the metric; none when it was left out. Fails on a metric that stands there twice. */
export function pointsOf({ resourceMetrics }: CollectionResult, name: string): CollectedPoint[] {
  const found = metricsOf(resourceMetrics).filter(({ descriptor }) => descriptor.name === name);
  if (found.length > 1) throw new Error(`${name} stands ${found.length} times`);
  return found.flatMap(({ dataPoints }) =>
    dataPoints.map(({ attributes, endTime: [seconds, nanos], value }) => ({
      attributes,
      timeMs: seconds * 1_000 + nanos / 1e6,
      value,
    })),
  );
}

/** The value of each session's point. */
export function bySession(collected: CollectionResult, name: string): Record<string, unknown> {
  return Object.fromEntries(
    pointsOf(collected, name).map(({ attributes, value }) => [String(attributes['session.id']), value]),
  );
}

function metricsOf({ scopeMetrics }: CollectionResult['resourceMetrics']): MetricData[] {
  return scopeMetrics.flatMap(({ metrics }) => metrics);
}
