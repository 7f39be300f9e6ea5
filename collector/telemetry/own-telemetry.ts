// The process's own metrics: the meter that components record on, the producer that exporters read, and the endpoint
// that Prometheus scrapes.
import type { Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  type CollectionResult,
  InstrumentType,
  MeterProvider,
  type MetricCollectOptions,
  type MetricProducer,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Component } from '../component.ts';
import type { TelemetryConfig } from '../config/model.ts';
import { MetricsEndpoint } from './metrics-endpoint.ts';
import { observeProcess } from './process-metrics.ts';
import { prometheusText } from './prometheus-text.ts';

/** Scope of all own instruments. */
const SCOPE = 'webrtc-quality-bridge';

/** Own series are few per component; the SDK's default of 2,000 would fold a large configuration into one point. */
const MAX_SERIES_PER_INSTRUMENT = 20_000;

const DROP_EVERYTHING: ViewOptions = { instrumentName: '*', aggregation: { type: AggregationType.DROP } };

/** Collects when asked, and holds nothing that would have to be flushed or closed. */
class OnDemandReader extends MetricReader {
  #previous: Promise<unknown> = Promise.resolve();

  constructor() {
    super({
      cardinalitySelector: () => MAX_SERIES_PER_INSTRUMENT,
      // A gauge has no temporality on the wire; with this one the SDK forgets a series that is no longer observed,
      // while with the other it would show its last value for ever.
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  /** One after the other: of two collections at once, the first would take the gauges away from the second. */
  override collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const collected = this.#previous.then(() => super.collect(options));
    this.#previous = collected.catch(() => {});
    return collected;
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

export class OwnTelemetry implements Component {
  readonly meter: Meter;
  readonly producer: MetricProducer;
  readonly #endpoint: MetricsEndpoint | undefined;
  readonly #logger: Logger;

  /** With `metrics.level: none` nothing is measured and nothing is served; the other levels are the same. */
  constructor(config: TelemetryConfig, clock: Clock, logger: Logger) {
    const { level, address } = config.metrics;
    const reader = new OnDemandReader();
    const provider = new MeterProvider({
      resource: resourceFromAttributes(config.resource),
      readers: [reader],
      views: level === 'none' ? [DROP_EVERYTHING] : [],
    });
    this.meter = provider.getMeter(SCOPE);
    this.producer = reader;
    this.#logger = logger;
    observeProcess(this.meter, clock);
    if (level !== 'none') {
      const { host, port } = address;
      this.#endpoint = new MetricsEndpoint({ host, port, path: '/metrics', render: () => this.text() });
    }
  }

  get boundAddress(): string | undefined {
    return this.#endpoint?.boundAddress;
  }

  async start(): Promise<void> {
    await this.#endpoint?.start();
  }

  async shutdown(): Promise<void> {
    await this.#endpoint?.close();
  }

  /** One scrape of everything, as Prometheus text. A reading that fails is logged and left out. */
  async text(): Promise<string> {
    const { resourceMetrics, errors } = await this.producer.collect();
    for (const err of errors) this.#logger.warn({ err }, 'could not read a metric of our own');
    return prometheusText(resourceMetrics);
  }
}
