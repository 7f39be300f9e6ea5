// The exporter `prometheus`: shows the metrics to whoever scrapes them. It collects when asked and keeps nothing.
import type { Component, Settings } from '../../collector/component.ts';
import { MetricsEndpoint } from '../../collector/telemetry/metrics-endpoint.ts';
import { metricsExporterTelemetry } from '../../collector/telemetry/names.ts';
import { exportedMetrics, type SessionMetrics } from '../exported-metrics.ts';
import { selectionOf } from '../session-fields.ts';
import type { PrometheusConfig } from './factory.ts';
import { renderMetrics } from './render-metrics.ts';

export class PrometheusExporter implements Component {
  readonly #endpoint: MetricsEndpoint;

  constructor(settings: Settings, config: PrometheusConfig, hub: SessionMetrics) {
    const { host, port } = config.endpoint;
    const metrics = exportedMetrics(hub.producer(this, selectionOf(config)), settings);
    const telemetry = metricsExporterTelemetry(settings.meter, settings.id);
    this.#endpoint = new MetricsEndpoint({
      host,
      port,
      path: config.path,
      async render() {
        const { resourceMetrics, errors } = await metrics.collect();
        for (const err of errors) settings.logger.warn({ err }, 'could not read a metric of our own');
        const points = resourceMetrics.scopeMetrics.flatMap((scope) =>
          scope.metrics.map(({ dataPoints }) => dataPoints.length),
        );
        const text = await renderMetrics(resourceMetrics);
        telemetry.sent(points.reduce((sum, count) => sum + count, 0));
        return text;
      },
    });
  }

  get boundAddress(): string | undefined {
    return this.#endpoint.boundAddress;
  }

  async start(): Promise<void> {
    await this.#endpoint.start();
  }

  async shutdown(): Promise<void> {
    await this.#endpoint.close();
  }
}
