// A distribution of ours whose components are named and shaped like some of the Collector's, so that both read the same
// files and what is compared is the grammar around the components. They do nothing.
import { z } from 'zod';
import type { Component, Consumer, Distribution, Hub } from '../../../collector/component.ts';
import { auth, duration, secret } from '../../../collector/config/fields.ts';
import {
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
} from '../../../collector/define.ts';

const idle: Component = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const idleStage: Component & Consumer<unknown> = { ...idle, consume: () => Promise.resolve() };
const idleHub: Hub = { ...idle, sink: () => ({ consume: () => Promise.resolve() }) };

const httpServer = z.strictObject({
  endpoint: z.string().default('localhost:4318'),
  include_metadata: z.boolean().default(false),
  max_request_body_size: z.int().default(0),
  read_timeout: duration().prefault('0s'),
  response_headers: z.record(z.string(), secret()).default({}),
  cors: z.strictObject({ allowed_origins: z.array(z.string()).default([]) }).optional(),
  auth: auth().optional(),
});

const otlp = defineReceiver({
  type: 'otlp',
  summary: 'Takes OTLP.',
  produces: 'quality',
  configSchema: z.strictObject({
    protocols: z
      .strictObject({
        http: httpServer.optional(),
        grpc: z.strictObject({ endpoint: z.string() }).optional(),
      })
      .refine(({ http, grpc }) => http !== undefined || grpc !== undefined, {
        error: 'must specify at least one protocol',
      })
      .prefault({}),
  }),
  create: () => idle,
});

const batch = defineProcessor({
  type: 'batch',
  summary: 'Puts batches together.',
  consumes: 'quality',
  produces: 'quality',
  configSchema: z.strictObject({
    timeout: duration().prefault('200ms'),
    send_batch_size: z.int().min(0).default(8192),
    metadata_keys: z.array(z.string()).default([]),
  }),
  create: () => idleStage,
});

const debug = defineExporter({
  type: 'debug',
  summary: 'Writes to the console.',
  signal: 'metrics',
  configSchema: z.strictObject({
    verbosity: z.enum(['basic', 'normal', 'detailed']).default('basic'),
    sampling_initial: z.int().default(2),
    use_internal_logger: z.boolean().default(true),
    output_paths: z.array(z.string()).default([]),
  }),
  create: () => idle,
});

const otlpHttp = defineExporter({
  type: 'otlp_http',
  summary: 'Sends OTLP.',
  signal: 'metrics',
  configSchema: z.strictObject({
    endpoint: z.string().default(''),
    headers: z.record(z.string(), secret()).default({}),
    timeout: duration().prefault('30s'),
    retry_on_failure: z
      .strictObject({
        enabled: z.boolean().default(true),
        initial_interval: duration().prefault('5s'),
        multiplier: z.number().default(1.5),
      })
      .prefault({}),
    auth: auth().optional(),
  }),
  create: () => idle,
});

const healthCheck = defineExtension({
  type: 'health_check',
  summary: 'Tells whether all is well.',
  configSchema: z.strictObject({
    endpoint: z.string().default('localhost:13133'),
    path: z.string().default('/'),
    response_body: z
      .strictObject({ healthy: z.string().default(''), unhealthy: z.string().default('') })
      .optional(),
  }),
  create: () => idle,
});

const bearertokenauth = defineExtension({
  type: 'bearertokenauth',
  summary: 'A bearer token.',
  configSchema: z
    .strictObject({ token: secret().optional(), scheme: z.string().default('Bearer') })
    .refine(({ token }) => token !== undefined && token.reveal() !== '', {
      error: 'no bearer token provided',
    }),
  create: () => idle,
});

export const shapedLikeTheirs: Distribution = {
  factories: [otlp, batch, debug, otlpHttp, healthCheck, bearertokenauth],
  hubs: {
    metrics: { consumes: 'quality', create: () => idleHub },
    logs: { consumes: 'transitions', create: () => idleHub },
  },
  commands: [],
};
