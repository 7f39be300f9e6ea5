// The SDK's OTLP exporter, held to what our configuration says: connections that we can cut, headers made anew for each
// request, and nothing taken from the environment.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonExporter,
} from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

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
  /** Ends all requests under way, which then fail. New ones may follow. */
  cutConnections(): void;
  /** Ends them for good: the SDK's own retries, which nobody can cancel, then send nothing more. */
  close(): void;
  readonly isClosed: boolean;
}

const COMPRESSION = { gzip: CompressionAlgorithm.GZIP, none: CompressionAlgorithm.NONE } as const;

export function createOtlpClient(options: OtlpClientOptions): OtlpClient {
  const { url, encoding, compression, timeoutMs, headers } = options;
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let isClosed = false;
  const Exporter = encoding === 'proto' ? ProtobufExporter : JsonExporter;
  const exporter = withoutOtlpEnvironment(
    () =>
      new Exporter({
        url: url.href,
        headers: async () => {
          if (isClosed) throw new Error('the exporter is shut down');
          return headers();
        },
        compression: COMPRESSION[compression],
        timeoutMillis: timeoutMs,
        httpAgentOptions: () => agent,
        temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
      }),
  );
  return {
    exporter,
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
