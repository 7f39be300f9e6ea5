// The SDK's OTLP exporter, held to what our configuration says: connections that we can cut, headers made anew for each
// request, and nothing taken from the environment. Beside it another one over the same connections, for marks.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { CompressionAlgorithm, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExportDelegate } from '@opentelemetry/otlp-exporter-base/node-http';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { encodeMarks } from './encode-marks.ts';

export interface OtlpClientOptions {
  readonly url: URL;
  readonly encoding: 'proto' | 'json';
  readonly compression: 'gzip' | 'none';
  /** How long one batch may take, with all its retries: the SDK tries 429, 502, 503, 504 and network faults again. */
  readonly timeoutMs: number;
  /** Called for each request. */
  headers(): Promise<Record<string, string>>;
}

export interface OtlpClient {
  readonly exporter: PushMetricExporter;
  /** Takes batches of marks only. */
  readonly marksExporter: Pick<PushMetricExporter, 'export'>;
  /** Ends all requests under way, which then fail. New ones may follow. */
  cutConnections(): void;
  /** Ends them for good: the SDK's own retries, which nobody can cancel, then send nothing more. */
  close(): void;
  readonly isClosed: boolean;
}

/** The SDK's own default. Batches go one by one, but what was cut off may take a while to end. */
const MAX_CONCURRENT_MARKS = 30;
const CONTENT_TYPES = { proto: 'application/x-protobuf', json: 'application/json' } as const;
const COMPRESSION = { gzip: CompressionAlgorithm.GZIP, none: CompressionAlgorithm.NONE } as const;

export function createOtlpClient(options: OtlpClientOptions): OtlpClient {
  const { url, encoding, compression, timeoutMs, headers } = options;
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let isClosed = false;
  const openHeaders = async () => {
    if (isClosed) throw new Error('the exporter is shut down');
    return headers();
  };
  const Exporter = encoding === 'proto' ? ProtobufExporter : JsonExporter;
  const exporter = withoutOtlpEnvironment(
    () =>
      new Exporter({
        url: url.href,
        headers: openHeaders,
        compression: COMPRESSION[compression],
        timeoutMillis: timeoutMs,
        httpAgentOptions: () => agent,
        temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
      }),
  );
  const marksExporter = new OTLPExporterBase(
    createOtlpHttpExportDelegate<ResourceMetrics, object>(
      {
        url: url.href,
        headers: async () => ({ ...(await openHeaders()), 'content-type': CONTENT_TYPES[encoding] }),
        compression,
        timeoutMillis: timeoutMs,
        concurrencyLimit: MAX_CONCURRENT_MARKS,
        agentFactory: () => agent,
      },
      {
        serializeRequest: (marks) => encodeMarks(marks, encoding),
        // Nothing hangs on how many of them were taken.
        deserializeResponse: () => ({}),
      },
      'otlp_http_metric_exporter',
      { name: 'metric_data_point', countItems: () => 0 },
      undefined,
    ),
  );
  return {
    exporter,
    marksExporter,
    cutConnections: () => agent.destroy(),
    close() {
      isClosed = true;
      agent.destroy();
    },
    get isClosed() {
      return isClosed;
    },
  };
}

/**
 * The SDK adds OTEL_EXPORTER_OTLP_HEADERS to every request of every exporter: one destination's credentials would reach
 * all the others. It reads the environment only while an exporter is made.
 */
function withoutOtlpEnvironment<Result>(create: () => Result): Result {
  const hidden = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_EXPORTER_OTLP_'));
  for (const [name] of hidden) delete process.env[name];
  try {
    return create();
  } finally {
    Object.assign(process.env, Object.fromEntries(hidden));
  }
}
