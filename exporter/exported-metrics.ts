// What every metrics exporter sends: the sessions that it shows, and of the process's own telemetry what tells about
// video. The Collector's metrics about itself stay on their own endpoint.
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { MetricProducer, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Component, Settings } from '../collector/component.ts';
import type { SessionSelection } from '../receiver/session-gauges/select-rows.ts';
import type { ShownSeries } from '../receiver/session-gauges/shown-series.ts';

/** Names of the product's own metrics begin so: counters of transitions, of suppressed events, of deliveries. */
const PRODUCT_PREFIX = 'webrtc.';

/** The metrics hub as exporters see it. */
export interface SessionMetrics {
  producer(exporter: Component, selection: SessionSelection, series?: ShownSeries): MetricProducer;
}

/** Telemetry that can't be read is an error beside the sessions' metrics, never in place of them. */
export function exportedMetrics(
  sessions: MetricProducer,
  { telemetry, resourceAttributes }: Pick<Settings, 'telemetry' | 'resourceAttributes'>,
): MetricProducer {
  const resource = resourceFromAttributes(resourceAttributes);
  return {
    async collect(options) {
      const [own, product] = await Promise.all([
        sessions.collect(options),
        // The async arrow turns a synchronous throw into a rejection.
        (async () => telemetry.collect(options))().catch((error: unknown) => ({ errors: [error] })),
      ]);
      const scopeMetrics = [...own.resourceMetrics.scopeMetrics];
      if ('resourceMetrics' in product)
        scopeMetrics.push(...aboutVideo(product.resourceMetrics.scopeMetrics));
      return {
        resourceMetrics: { resource, scopeMetrics },
        errors: [...own.errors, ...product.errors],
      };
    },
  };
}

function aboutVideo(all: readonly ScopeMetrics[]): ScopeMetrics[] {
  return all.flatMap(({ scope, metrics }) => {
    const chosen = metrics.filter(({ descriptor }) => descriptor.name.startsWith(PRODUCT_PREFIX));
    return chosen.length === 0 ? [] : [{ scope, metrics: chosen }];
  });
}
