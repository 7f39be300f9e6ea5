// The exporter `otlphttp` on the real clock, in front of a table of sessions that a test fills.
import { OtlpHttpExporter } from '../../exporter/otlphttp/exporter.ts';
import { type OtlpHttpConfig, otlpHttpFactory } from '../../exporter/otlphttp/factory.ts';
import { systemClock } from '../../collector/clock.ts';
import type { Consumer } from '../../collector/component.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import { SessionGauges } from '../../receiver/session-gauges/session-gauges.ts';
import { testHost, testSettings, type TestSettings } from '../support/component-settings.ts';
import { flatCollected, type FlatPoint } from './flat-points.ts';
import type { Stack } from './stack.ts';

const NEVER = new AbortController().signal;
const EVERY_SESSION = { sessions: 'all', worstCount: 0 } as const;
/** Nobody but the test asks for an export. */
const NO_INTERVAL = { export_interval: '1h', timeout: '30s' };

export const RESOURCE = { 'service.name': 'webrtc-quality-bridge', 'deployment.environment': 'tést' };

export class Exporting {
  readonly exporter: OtlpHttpExporter;
  readonly settings: TestSettings;
  readonly input: Consumer<QualityBatch>;
  readonly #hub = new SessionGauges({ clock: systemClock });
  readonly #twin = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };

  private constructor(config: OtlpHttpConfig) {
    this.settings = testSettings({ id: 'otlphttp', clock: systemClock, resourceAttributes: RESOURCE });
    this.exporter = new OtlpHttpExporter(this.settings, config, this.#hub);
    this.input = this.#hub.sink('metrics', [this.exporter, this.#twin]);
  }

  static async start(stack: Stack, config: object): Promise<Exporting> {
    const parsed = otlpHttpFactory.configSchema.parse({ ...NO_INTERVAL, ...config }) as OtlpHttpConfig;
    const exporting = new Exporting(parsed);
    await exporting.exporter.start(testHost());
    stack.onClose(() => exporting.exporter.shutdown(AbortSignal.abort()));
    return exporting;
  }

  /** Exports, and resolves when all requests of it are through. */
  async flush(): Promise<void> {
    await this.exporter.flush();
  }

  async stop(): Promise<void> {
    await this.exporter.shutdown(NEVER);
  }

  /** What an export would send at this moment. */
  async points(): Promise<FlatPoint[]> {
    return flatCollected(await this.#hub.producer(this.#twin, EVERY_SESSION).collect());
  }

  /** One of the exporter's counters: `sent`, `send_failed`. */
  async counted(name: 'sent' | 'send_failed'): Promise<number> {
    return (await this.settings.recorded(`otelcol_exporter_${name}_metric_points`, {
      exporter: 'otlphttp',
    }))!;
  }
}
