// The exporter `otlphttp`: its keys. Several instances export to several backends at once.
import { z } from 'zod';
import { auth, positiveDuration, secret } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import type { SessionGauges } from '../../receiver/session-gauges/session-gauges.ts';
import { SESSION_FIELDS } from '../session-fields.ts';
import { isHttpUrl } from './destination.ts';
import { OtlpHttpExporter } from './exporter.ts';

const BAD_URL = 'must be a URL that begins with http:// or https://, or empty';

function urlOrEmpty() {
  return z.string().refine((text) => text === '' || isHttpUrl(text), { error: BAD_URL });
}

/** RFC 9110: a name is a token; a value has no control characters, such as the line break at the end of a file. */
const headers = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'is no name of an HTTP header' }),
  secret().refine((value) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value.reveal()), {
    error: 'the value has characters that an HTTP header cannot carry, such as a line break',
  }),
);

const configSchema = z
  .strictObject({
    endpoint: urlOrEmpty()
      .prefault('')
      .describe('Base URL of the backend; /v1/metrics is added. Empty switches the exporter off.'),
    metrics_endpoint: urlOrEmpty()
      .optional()
      .describe('The whole URL, in place of endpoint, for a backend with another path.'),
    encoding: z.enum(['proto', 'json']).prefault('proto').describe('How the request body is written.'),
    compression: z.enum(['gzip', 'none']).prefault('gzip').describe('How the request body is compressed.'),
    temporality: z
      .enum(['cumulative', 'delta'])
      .prefault('cumulative')
      .describe(
        'Counters and histograms as totals, or as changes since the last export: Datadog takes only delta.',
      ),
    export_interval: positiveDuration().prefault('10s').describe('Time between two exports.'),
    timeout: positiveDuration()
      .prefault('10s')
      .describe('How long one request may take, with its retries; at most export_interval.'),
    headers: headers
      .prefault({})
      .describe('Headers of each request. OTEL_EXPORTER_OTLP_HEADERS is not read: write ${env:…} here.'),
    auth: auth().optional().describe('The extension that adds credentials to each request.'),
    max_batch_points: z
      .int()
      .positive()
      .prefault(8192)
      .describe('Points in one request. Datadog refuses more than 500 KB: set 2000 there.'),
    mark_ended: z
      .boolean()
      .prefault(true)
      .describe(
        'Whether a series that has ended is marked by a point without a value, flagged NO_RECORDED_VALUE: Prometheus ' +
          'and the Collector then show it no more. Switch it off for a backend that takes such points for 0.',
      ),
    ...SESSION_FIELDS,
  })
  .prefault({});

export type OtlpHttpConfig = z.output<typeof configSchema>;

export const otlpHttpFactory = defineExporter({
  type: 'otlphttp',
  summary: 'Sends gauges per session and metrics over all sessions to an OTLP backend over HTTP.',
  configSchema,
  signal: 'metrics',
  create: (settings, config, hub: SessionGauges) => new OtlpHttpExporter(settings, config, hub),
});
