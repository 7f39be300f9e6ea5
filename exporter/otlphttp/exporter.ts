// The exporter `otlphttp`: posts the metrics to one OTLP backend, at each interval, on demand, and once more at the end.
import { type ClientAuthenticator, requireClientAuth } from '../../collector/extension/authenticator.ts';
import type { Component, Host, Settings } from '../../collector/component.ts';
import { metricsExporterTelemetry } from '../../collector/telemetry/names.ts';
import { ShownSeries } from '../../receiver/session-gauges/shown-series.ts';
import { exportedMetrics, type SessionMetrics } from '../exported-metrics.ts';
import { selectionOf } from '../session-fields.ts';
import { ClockedReader } from './clocked-reader.ts';
import { DeltaPoints } from './delta-points.ts';
import { metricsUrl, printableUrl } from './destination.ts';
import { withMarks } from './ended-marks.ts';
import { ExportHealth } from './export-health.ts';
import type { OtlpHttpConfig } from './factory.ts';
import { createOtlpClient, type OtlpClient } from './otlp-client.ts';
import { SupervisedExporter } from './supervised-exporter.ts';

interface Running {
  readonly reader: ClockedReader;
  readonly client: OtlpClient;
}

export class OtlpHttpExporter implements Component {
  readonly #settings: Settings;
  readonly #config: OtlpHttpConfig;
  readonly #hub: SessionMetrics;
  #running: Running | undefined;

  constructor(settings: Settings, config: OtlpHttpConfig, hub: SessionMetrics) {
    this.#settings = settings;
    this.#config = config;
    this.#hub = hub;
  }

  /** A backend that is down doesn't keep the process from starting. */
  start(host: Host): Promise<void> {
    return Promise.resolve().then(() => this.#open(host));
  }

  async flush(): Promise<void> {
    await this.#running?.reader.forceFlush();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    const { reader, client } = running;
    const { promise: late, resolve: giveUp } = Promise.withResolvers<'late'>();
    const onDeadline = () => giveUp('late');
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener('abort', onDeadline, { once: true });
    try {
      const outcome = await Promise.race([reader.shutdown(), late]);
      if (outcome === 'late') this.#settings.logger.warn('the last export was cut off at the deadline');
    } finally {
      deadline.removeEventListener('abort', onDeadline);
      client.close();
    }
  }

  #open(host: Host): void {
    const { auth } = this.#config;
    const url = metricsUrl(this.#config);
    if (url === undefined) {
      this.#settings.logger.info('switched off: no endpoint is set');
      return;
    }
    const series = this.#config.mark_ended ? new ShownSeries() : undefined;
    this.#running = this.#connect(url, auth && requireClientAuth(host, auth), series);
    const sessions = this.#hub.producer(this, selectionOf(this.#config), series);
    const metrics = exportedMetrics(sessions, this.#settings);
    this.#running.reader.setMetricProducer(series === undefined ? metrics : withMarks(metrics, series));
  }

  #connect(
    url: URL,
    authenticator: ClientAuthenticator | undefined,
    series: ShownSeries | undefined,
  ): Running {
    const { clock, meter, id } = this.#settings;
    const { encoding, compression, temporality, headers, export_interval: interval } = this.#config;
    // An export that takes longer than the interval would be overtaken by the next one.
    const timeoutMs = Math.min(this.#config.timeout.ms, interval.ms);
    let sentHeaders: Record<string, string> = {};
    const client = createOtlpClient({
      url,
      encoding,
      compression,
      timeoutMs,
      async headers() {
        sentHeaders = {};
        for (const [name, value] of Object.entries(headers)) sentHeaders[name.toLowerCase()] = value.reveal();
        Object.assign(sentHeaders, await authenticator?.headers());
        return { ...sentHeaders };
      },
    });
    const exporter = new SupervisedExporter({
      client,
      clock,
      timeoutMs,
      health: new ExportHealth(this.#settings, printableUrl(url)),
      telemetry: metricsExporterTelemetry(meter, id),
      deltas: temporality === 'delta' ? new DeltaPoints() : undefined,
      series,
      sentHeaderValues: () => Object.values(sentHeaders),
      renewCredential: () => authenticator?.refresh() ?? Promise.resolve(false),
    });
    const maxBatchPoints = this.#config.max_batch_points;
    const reader = new ClockedReader({ exporter, clock, intervalMs: interval.ms, timeoutMs, maxBatchPoints });
    return { reader, client };
  }
}
