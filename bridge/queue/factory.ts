// The configuration of the exporter `queue`.
import { z } from 'zod';
import { auth, duration, listenAddress } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineExporter } from '../../collector/define.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { SEVERITIES } from '../transition/transition.ts';
import { Queue } from './queue.ts';

const configSchema = z
  .strictObject({
    endpoint: listenAddress()
      .prefault('127.0.0.1:4320')
      .describe('Where the queue is listed: GET /v1/queue.'),
    name: z.string().min(1).default('Video Quality Alerts').describe('Name of the queue.'),
    skill: z.string().min(1).default('Video_Ops').describe('Skill that an operator of this queue has.'),
    min_severity: z
      .enum(SEVERITIES)
      .default('warning')
      .describe('Incidents that never get this severe are left out.'),
    keep_resolved: duration().prefault('168h').describe('How long a resolved alert stays listed.'),
    auth: auth().optional().describe('The authenticator that judges who may list the queue.'),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().default(false).describe(ALLOW_UNAUTHENTICATED.description),
  })
  .superRefine((config, context) => {
    const refusal = refuseOpenBind(config.endpoint, {
      authenticated: config.auth !== undefined,
      allow: config.allow_unauthenticated,
    });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
  });

export const queueFactory = defineExporter({
  type: 'queue',
  summary: 'Keeps alerts in a local, durable queue that is listed over HTTP.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) =>
    new Queue(settings, outbox, {
      endpoint: config.endpoint,
      name: config.name,
      skill: config.skill,
      minSeverity: config.min_severity,
      keepResolvedMs: config.keep_resolved.ms,
      auth: config.auth,
    }),
});
