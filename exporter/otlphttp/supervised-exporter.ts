// Stands between the SDK's reader and its OTLP exporter: gives each batch its time, gives up an export whose destination
// doesn't answer, renews a refused credential once, counts points, and tells how it went.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../collector/clock.ts';
import type { Count } from '../../collector/telemetry/names.ts';
import type { DeltaPoints } from './delta-points.ts';
import type { ExportHealth } from './export-health.ts';
import { describeFailure, type ExportFailure } from './failure.ts';
import type { OtlpClient } from './otlp-client.ts';

export interface SupervisedExporterOptions {
  readonly client: OtlpClient;
  readonly clock: Clock;
  /** For one batch, with its retries. */
  readonly timeoutMs: number;
  readonly health: ExportHealth;
  readonly telemetry: { readonly sent: Count; readonly sendFailed: Count };
  /** Set when the destination takes changes only. */
  readonly deltas: DeltaPoints | undefined;
  /** The values of the headers that were last sent, to be kept out of logs. */
  sentHeaderValues(): readonly string[];
  /** Asks for another credential; resolves to true when there is one. */
  renewCredential(): Promise<boolean>;
}

/** One export: all batches of one collection. */
interface Run {
  batchCount: number;
  /** Of the last batch that failed. */
  failure?: ExportFailure;
  /** What would come after this moment would be late anyway: the next export brings newer points. */
  isGivenUp: boolean;
}

export class SupervisedExporter implements PushMetricExporter {
  readonly #options: SupervisedExporterOptions;
  #run: Run = { batchCount: 0, isGivenUp: false };

  constructor(options: SupervisedExporterOptions) {
    this.#options = options;
  }

  beginRun(): void {
    this.endRun();
  }

  /** Call it when all batches are through; a second call for the same run says nothing. */
  endRun(): void {
    const { batchCount, failure } = this.#run;
    this.#run = { batchCount: 0, isGivenUp: false };
    if (failure !== undefined) this.#options.health.exportFailed(failure.reason);
    else if (batchCount > 0) this.#options.health.exportSucceeded();
  }

  /** What kept the run from having any batch. */
  runFailed(error: unknown): void {
    this.#run.failure = describeFailure(error, []);
  }

  /** Failures are dealt with here, so the reader only hears that the batch is done: it would log each of them. */
  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    void this.#deliver(metrics).then(() => done({ code: ExportResultCode.SUCCESS }));
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** The client is closed by the one who made it. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }

  /** Never rejects. */
  async #deliver(metrics: ResourceMetrics): Promise<void> {
    const { telemetry, deltas } = this.#options;
    const run = this.#run;
    const pointCount = countPoints(metrics);
    run.batchCount++;
    if (run.isGivenUp) {
      telemetry.sendFailed(pointCount);
      return;
    }
    const batch = deltas?.convert(metrics);
    const failure = await this.#sendRenewing(batch?.metrics ?? metrics);
    if (failure === undefined) {
      batch?.commit();
      telemetry.sent(pointCount);
      return;
    }
    telemetry.sendFailed(pointCount);
    // What we cut off ourselves says nothing about the destination.
    if (this.#options.client.isClosed) return;
    run.failure = failure;
    // An answer is about this batch; silence or a plea to come later is about all of them.
    run.isGivenUp = failure.status === undefined;
  }

  async #sendRenewing(metrics: ResourceMetrics): Promise<ExportFailure | undefined> {
    const failure = await this.#send(metrics);
    if (failure?.status !== 401 && failure?.status !== 403) return failure;
    const isRenewed = await this.#options.renewCredential().catch(() => false);
    return isRenewed ? this.#send(metrics) : failure;
  }

  /** Resolves to what went wrong, or to undefined. Never rejects. */
  async #send(metrics: ResourceMetrics): Promise<ExportFailure | undefined> {
    const { client, clock, timeoutMs, sentHeaderValues } = this.#options;
    const { promise: timedOut, resolve: timeOut } = Promise.withResolvers<ExportFailure>();
    const timer = clock.after(timeoutMs, () => {
      // The SDK waits for silence on the socket, so a peer that drips bytes would hold the request for ever.
      client.cutConnections();
      timeOut({ reason: `no complete answer within ${timeoutMs} ms` });
    });
    const answered = new Promise<ExportResult>((resolve) => client.exporter.export(metrics, resolve)).then(
      ({ code, error }) =>
        code === ExportResultCode.SUCCESS ? undefined : describeFailure(error, sentHeaderValues()),
      (error: unknown) => describeFailure(error, sentHeaderValues()),
    );
    try {
      return await Promise.race([answered, timedOut]);
    } finally {
      timer.cancel();
    }
  }
}

function countPoints({ scopeMetrics }: ResourceMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) count += dataPoints.length;
  return count;
}
