// The configuration of the exporter `queue`.
import { z } from 'zod';
import { auth, duration, listenAddress, positiveDuration } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineExporter } from '../../collector/define.ts';
import { escalationKey, escalationSteps } from '../escalation/steps.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { SEVERITIES } from '../transition/transition.ts';
import { Queue } from './queue.ts';

const configSchema = z
  .strictObject({
    endpoint: listenAddress()
      .prefault('127.0.0.1:4320')
      .describe('Where the queue is listed and worked on: /v1/queue.'),
    name: z.string().min(1).default('Video Quality Alerts').describe('Name of the queue.'),
    skill: z.string().min(1).default('Video_Ops').describe('Skill that an operator of this queue has.'),
    min_severity: z
      .enum(SEVERITIES)
      .default('warning')
      .describe('Incidents that never get this severe are left out.'),
    wrap_up: duration().prefault('0s').describe('How long an operator is left alone after an alert.'),
    acknowledge_within: positiveDuration()
      .prefault('60s')
      .describe(
        'How long an operator may take to acknowledge an alert. Then it goes to the next one, and they get no other until they say that they are available.',
      ),
    max_hold: duration()
      .prefault('300s')
      .describe(
        'How long an alert may wait to be acknowledged. Then it counts as missed and, when nobody else is told although there are operators, the queue is unhealthy. 0s: for ever.',
      ),
    escalation: escalationKey({ latestFirstMs: Infinity }).describe(
      'Who else is told of alerts that nobody acknowledges: steps such as {after: 240s, to: [email/oncall]}, the first of them within max_hold.',
    ),
    keep_resolved: duration().prefault('168h').describe('How long a resolved alert stays listed.'),
    auth: auth().optional().describe('The authenticator that judges who may list the queue and work on it.'),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().default(false).describe(ALLOW_UNAUTHENTICATED.description),
  })
  .superRefine((config, context) => {
    const refusal = refuseOpenBind(config.endpoint, {
      authenticated: config.auth !== undefined,
      allow: config.allow_unauthenticated,
    });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
    const [first] = config.escalation;
    if (first !== undefined && config.max_hold.ms > 0 && first.after.ms > config.max_hold.ms) {
      const message = `the first step must come within max_hold, ${config.max_hold.text}`;
      context.addIssue({ code: 'custom', path: ['escalation', 0, 'after'], message });
    }
  });

export const queueFactory = defineExporter({
  type: 'queue',
  summary:
    'Keeps alerts in a local, durable queue, gives them to operators, and waits for them to be acknowledged.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) =>
    new Queue(settings, outbox, {
      endpoint: config.endpoint,
      name: config.name,
      skill: config.skill,
      minSeverity: config.min_severity,
      wrapUpMs: config.wrap_up.ms,
      limits: { acknowledgeWithinMs: config.acknowledge_within.ms, maxHoldMs: config.max_hold.ms },
      escalation: escalationSteps(config.escalation),
      keepResolvedMs: config.keep_resolved.ms,
      auth: config.auth,
    }),
});
