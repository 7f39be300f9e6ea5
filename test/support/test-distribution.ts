// A small distribution for tests of the host: one component of each sort, with schemas as real ones have them, and
// no behaviour at all.
import { z } from 'zod';
import type { Component, Consumer, Distribution, Hub } from '../../collector/component.ts';
import { auth, duration, listenAddress, positiveDuration, secret } from '../../collector/config/fields.ts';
import { defineExporter, defineExtension, defineProcessor, defineReceiver } from '../../collector/define.ts';

const idle: Component = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
const idleStage: Component & Consumer<unknown> = { ...idle, consume: () => Promise.resolve() };
const idleHub: Hub = { ...idle, sink: () => ({ consume: () => Promise.resolve() }) };

const webrtcvideo = defineReceiver({
  type: 'webrtcvideo',
  summary: 'Takes samples over HTTP.',
  produces: 'quality',
  configSchema: z.strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:4319').describe('Where it listens.'),
    path: z.string().startsWith('/').default('/v1/events').describe('Where samples are posted.'),
    max_sessions: z.int().min(1).max(1_000_000).default(100_000).describe('How many sessions it keeps.'),
    dimensions: z.array(z.string()).default(['site']).describe('Attributes that are kept.'),
    session_timeout: positiveDuration().prefault('60s').describe('After how long a silent session ends.'),
    agent_id_key: secret().optional().describe('Key by which agent ids are hashed.'),
    auth: auth().optional().describe('Who may send.'),
  }),
  create: () => idle,
});

const degradation = defineProcessor({
  type: 'degradation',
  summary: 'Turns samples into transitions.',
  consumes: 'quality',
  produces: 'transitions',
  configSchema: z.strictObject({
    hold: duration().prefault('30s').describe('How long it must be bad.'),
    confirm: z.enum(['fraction', 'latest', 'sustained']).default('fraction').describe('What confirms.'),
    min_bad_fraction: z.number().min(0).max(1).default(0.5).describe('Share of bad samples.'),
    mos: z
      .strictObject({
        below: z.number().min(1).max(5).default(3.5).describe('Bad below this.'),
        recover_above: z.number().min(1).max(5).default(3.5).describe('Good above this.'),
      })
      .refine((mos) => mos.recover_above >= mos.below, { error: 'recover_above must not be less than below' })
      .prefault({})
      .describe('The rule on MOS.'),
    environment: z.string().default('prod').describe('Written into each incident.'),
  }),
  create: () => idleStage,
});

const sampler = defineProcessor({
  type: 'sampler',
  summary: 'Passes some of the samples on.',
  consumes: 'quality',
  produces: 'quality',
  configSchema: z.strictObject({ ratio: z.number().min(0).max(1).default(1).describe('Share passed on.') }),
  create: () => idleStage,
});

const otlphttp = defineExporter({
  type: 'otlphttp',
  summary: 'Sends metrics over OTLP.',
  signal: 'metrics',
  configSchema: z.strictObject({
    endpoint: z.url().describe('Base URL of the receiver.'),
    encoding: z.enum(['proto', 'json']).default('proto').describe('Encoding of the body.'),
    headers: z.record(z.string(), secret()).default({}).describe('Headers of each request.'),
    compression: z
      .union([z.literal('gzip'), z.literal(false)])
      .default('gzip')
      .describe('Of the body.'),
    auth: auth().optional().describe('How it authenticates.'),
  }),
  create: () => idle,
});

const webhook = defineExporter({
  type: 'webhook',
  summary: 'Posts transitions.',
  signal: 'logs',
  configSchema: z
    .strictObject({
      endpoint: z.string().describe('Where to post to.'),
      headers: z.record(z.string(), secret()).default({}).describe('Headers of each request.'),
      timeout: positiveDuration().prefault('10s').describe('Of one attempt.'),
      signing_secrets: z.array(secret()).default([]).describe('Secrets that sign the body.'),
      min_severity: z.enum(['warning', 'high', 'critical']).default('high').describe('The least severity.'),
      egress: z
        .strictObject({ allow_http: z.boolean().default(false).describe('Whether plain HTTP may be used.') })
        .prefault({})
        .describe('Where it may connect to.'),
      auth: auth().optional().describe('How it authenticates.'),
    })
    .refine((config) => config.egress.allow_http || !config.endpoint.startsWith('http:'), {
      error: 'endpoint is plain HTTP; use https, or set egress.allow_http',
    }),
  create: () => idle,
});

const queue = defineExporter({
  type: 'queue',
  summary: 'Keeps transitions for people.',
  signal: 'logs',
  configSchema: z.strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:4320').describe('Where it listens.'),
  }),
  create: () => idle,
});

const bearertokenauth = defineExtension({
  type: 'bearertokenauth',
  summary: 'A bearer token.',
  configSchema: z
    .strictObject({
      scheme: z.string().default('Bearer').describe('Word before the token.'),
      token: secret().optional().describe('The token.'),
      filename: z.string().optional().describe('File that holds the token.'),
    })
    .refine((config) => (config.token === undefined) !== (config.filename === undefined), {
      error: 'exactly one of token and filename must be set',
    }),
  create: () => idle,
});

const fileStorage = defineExtension({
  type: 'file_storage',
  summary: 'A directory on disk.',
  configSchema: z.strictObject({ directory: z.string().min(1).describe('Directory of the database.') }),
  create: () => idle,
});

export const testDistribution: Distribution = {
  factories: [webrtcvideo, degradation, sampler, otlphttp, webhook, queue, bearertokenauth, fileStorage],
  hubs: {
    metrics: { consumes: 'quality', create: () => idleHub },
    logs: { consumes: 'transitions', create: () => idleHub },
  },
  commands: [],
};
