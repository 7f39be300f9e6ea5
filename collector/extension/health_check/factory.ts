// The extension `health_check`: one HTTP path that tells whether the process works.
import { z } from 'zod';
import { listenAddress } from '../../config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../config/open-bind.ts';
import { defineExtension } from '../../define.ts';
import { HealthCheck } from './health-check.ts';

const configSchema = z
  .strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:13133').describe('Where to listen, host:port.'),
    path: z
      .string()
      .startsWith('/', { error: 'must begin with "/"' })
      .prefault('/')
      .describe('The path that tells the state. Every other one is answered with 404.'),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().prefault(false).describe(ALLOW_UNAUTHENTICATED.description),
  })
  .superRefine((config, context) => {
    const refusal = refuseOpenBind(config.endpoint, {
      authenticated: false,
      allow: config.allow_unauthenticated,
    });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
  });

export type HealthCheckConfig = z.output<typeof configSchema>;

export const healthCheckFactory = defineExtension({
  type: 'health_check',
  summary: 'Answers 200 over HTTP while every component is ready, and 503 otherwise.',
  configSchema,
  create: (_settings, config) => new HealthCheck(config),
});
