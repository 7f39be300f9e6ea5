// Stands between the SDK's reader and its OTLP exporter: gives each batch its time, gives up an export whose destination
// doesn't answer, renews a refused credential once, sends marks apart from values, counts points, and tells how it went.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../collector/clock.ts';
import type { Count } from '../../collector/telemetry/names.ts';
import type { ShownSeries } from '../../receiver/session-gauges/shown-series.ts';
import type { DeltaPoints } from './delta-points.ts';
import { separateMarks, settleMarks } from './ended-marks.ts';
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
  /** Set when the destination is told which series have ended. */
  readonly series: ShownSeries | undefined;
  /** The values of the headers that were last sent, to be kept out of logs. */
  sentHeaderValues(): readonly string[];
  /** Asks for another credential; resolves to true when there is one. */
  renewCredential(): Promise<boolean>;
}

type Sender = Pick<PushMetricExporter, 'export'>;
type Outcome = 'taken' | 'refused' | 'unanswered';

/** One export: all batches of one collection. */
interface Run {
  batchCount: number;
  /** Of the last batch that failed. */
  failure?: ExportFailure;
  /** What would come after this moment would be late anyway: the next export brings newer points. */
  isGivenUp: boolean;
  /** Whether the destination has taken any values. */
  isDelivered: boolean;
}

function newRun(): Run {
  return { batchCount: 0, isGivenUp: false, isDelivered: false };
}

export class SupervisedExporter implements PushMetricExporter {
  readonly #options: SupervisedExporterOptions;
  #run = newRun();

  constructor(options: SupervisedExporterOptions) {
    this.#options = options;
  }

  beginRun(): void {
    this.endRun();
  }

  /** Call it when all batches are through; a second call for the same run says nothing. */
  endRun(): void {
    const { series, telemetry } = this.#options;
    const { batchCount, failure } = this.#run;
    this.#run = newRun();
    telemetry.sendFailed(series?.takeLeftOutCount() ?? 0);
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

  /** In requests of their own, so that a backend that doesn't want marks still has the values. Never rejects. */
  async #deliver(batch: ResourceMetrics): Promise<void> {
    const run = this.#run;
    const { values, marks } = separateMarks(batch);
    run.batchCount++;
    if (values !== undefined) await this.#deliverValues(values, run);
    if (marks !== undefined) await this.#deliverMarks(marks, run);
  }

  async #deliverValues(values: ResourceMetrics, run: Run): Promise<void> {
    const { client, deltas, series } = this.#options;
    const batch = run.isGivenUp ? undefined : deltas?.convert(values);
    const outcome = await this.#attempt(client.exporter, batch?.metrics ?? values, run);
    if (outcome !== 'taken') return;
    batch?.commit();
    series?.delivered();
    run.isDelivered = true;
  }

  /** Marks that were not taken come again with the next export, unless the destination refuses them and takes values. */
  async #deliverMarks(marks: ResourceMetrics, run: Run): Promise<void> {
    const { marksExporter } = this.#options.client;
    const outcome = await this.#attempt(marksExporter, marks, run, ' (marks of ended series)');
    if (outcome === 'taken' || (outcome === 'refused' && run.isDelivered)) settleMarks(marks);
  }

  async #attempt(exporter: Sender, metrics: ResourceMetrics, run: Run, note = ''): Promise<Outcome> {
    const { telemetry, client } = this.#options;
    const pointCount = countPoints(metrics);
    if (run.isGivenUp) {
      telemetry.sendFailed(pointCount);
      return 'unanswered';
    }
    const failure = await this.#sendRenewing(exporter, metrics);
    if (failure === undefined) {
      telemetry.sent(pointCount);
      return 'taken';
    }
    telemetry.sendFailed(pointCount);
    // What we cut off ourselves says nothing about the destination.
    if (client.isClosed) return 'unanswered';
    run.failure = { ...failure, reason: failure.reason + note };
    // An answer is about this batch; silence or a plea to come later is about all of them.
    run.isGivenUp = failure.status === undefined;
    return run.isGivenUp ? 'unanswered' : 'refused';
  }

  async #sendRenewing(exporter: Sender, metrics: ResourceMetrics): Promise<ExportFailure | undefined> {
    const failure = await this.#send(exporter, metrics);
    if (failure?.status !== 401 && failure?.status !== 403) return failure;
    const isRenewed = await this.#options.renewCredential().catch(() => false);
    return isRenewed ? this.#send(exporter, metrics) : failure;
  }

  /** Resolves to what went wrong, or to undefined. Never rejects. */
  async #send(exporter: Sender, metrics: ResourceMetrics): Promise<ExportFailure | undefined> {
    const { client, clock, timeoutMs, sentHeaderValues } = this.#options;
    const { promise: timedOut, resolve: timeOut } = Promise.withResolvers<ExportFailure>();
    const timer = clock.after(timeoutMs, () => {
      // The SDK waits for silence on the socket, so a peer that drips bytes would hold the request for ever.
      client.cutConnections();
      timeOut({ reason: `no complete answer within ${timeoutMs} ms` });
    });
    const answered = new Promise<ExportResult>((resolve) => exporter.export(metrics, resolve)).then(
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
