// The SDK's periodic reader on our clock instead of on timers of its own, telling where each export begins and ends.
import { type CollectionResult, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Clock, Timer } from '../../collector/clock.ts';
import type { SupervisedExporter } from './supervised-exporter.ts';

export interface ClockedReaderOptions {
  readonly exporter: SupervisedExporter;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** The exporter's own limit for a batch. */
  readonly timeoutMs: number;
  readonly maxBatchPoints: number;
}

export class ClockedReader extends PeriodicExportingMetricReader {
  readonly #options: ClockedReaderOptions;
  #timer: Timer | undefined;
  #flushCount = 0;

  constructor(options: ClockedReaderOptions) {
    // The exporter ends each request in time. A batch takes two, values and marks, and each as long again when a credential
    // is renewed; this limit is for a fault of ours.
    const backstopMs = options.timeoutMs * 5;
    super({
      exporter: options.exporter,
      exportIntervalMillis: backstopMs,
      exportTimeoutMillis: backstopMs,
      maxExportBatchSize: options.maxBatchPoints,
    });
    this.#options = options;
  }

  override async collect(
    ...parameters: Parameters<PeriodicExportingMetricReader['collect']>
  ): Promise<CollectionResult> {
    const { exporter } = this.#options;
    exporter.beginRun();
    try {
      return await super.collect(...parameters);
    } catch (error) {
      exporter.runFailed(error);
      throw error;
    }
  }

  /** In place of the SDK's own timer. An export that is still under way makes the next one wait for the next interval. */
  protected override onInitialized(): void {
    const { clock, intervalMs } = this.#options;
    this.#timer = clock.every(intervalMs, () => {
      if (this.#flushCount === 0) void this.onForceFlush();
    });
  }

  protected override async onForceFlush(): Promise<void> {
    this.#flushCount++;
    try {
      await super.onForceFlush();
    } finally {
      if (--this.#flushCount === 0) this.#options.exporter.endRun();
    }
  }

  protected override async onShutdown(): Promise<void> {
    this.#timer?.cancel();
    await super.onShutdown();
  }
}
