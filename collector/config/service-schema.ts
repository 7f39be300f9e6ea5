// The schema of the `service` section. What its ids refer to is checked elsewhere.
import { z } from 'zod';
import { listenAddress, positiveDuration } from './fields.ts';

const ids = (what: string) => z.array(z.string()).default([]).describe(`Ids of ${what}.`);

/** One of these words, in lower case or capitals: the Collector takes both, and its documentation writes both. */
const level = <const Levels extends readonly [string, ...string[]]>(levels: Levels) =>
  z.string().toLowerCase().pipe(z.enum(levels));

const pipelineSchema = z.strictObject({
  receivers: ids('the receivers that feed the pipeline'),
  processors: ids('the processors that its data passes through, in this order'),
  exporters: ids('the exporters that its data is meant for'),
});

const telemetrySchema = z.strictObject({
  resource: z
    .record(z.string(), z.string())
    .default({})
    .describe('Attributes of this process, such as service.name.'),
  logs: z
    .strictObject({
      level: level(['debug', 'info', 'warn', 'error'])
        .default('info')
        .describe('The least log level written.'),
    })
    .prefault({})
    .describe('Logs of this process.'),
  metrics: z
    .strictObject({
      level: level(['none', 'basic', 'normal', 'detailed'])
        .default('normal')
        .describe('How much this process measures of itself.'),
      address: listenAddress().prefault('127.0.0.1:8888').describe('Where /metrics is served.'),
    })
    .prefault({})
    .describe('Metrics of this process.'),
});

export const serviceSchema = z.strictObject({
  extensions: ids('the extensions that are started'),
  pipelines: z.record(z.string(), pipelineSchema).default({}).describe('What flows from where to where.'),
  telemetry: telemetrySchema.prefault({}).describe('What this process tells about itself.'),
  shutdown_timeout: positiveDuration()
    .prefault('30s')
    .describe('How long a stop may drain before the process ends anyway.'),
});

export type ServiceSection = z.output<typeof serviceSchema>;
