// The configuration of the exporter `webhook`.
import { z } from 'zod';
import { auth, httpHeaders, positiveDuration, secret } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { egressOf, egressSchema, retrySchema, scheduleOf } from '../delivery/retry-config.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import { urlRefusal } from '../egress/address-rules.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { SEVERITIES } from '../transition/transition.ts';
import { webhookAdapter } from './adapter.ts';
import { signingKey } from './signature.ts';

const configSchema = z
  .strictObject({
    endpoint: z
      .string()
      .refine((text) => text === '' || URL.canParse(text), {
        error: 'expected a URL such as https://siem.example/api',
      })
      .default('')
      .describe('Where transitions are posted to. Empty: switched off.'),
    headers: httpHeaders().default({}).describe('Further request headers; the idempotency key stays ours.'),
    auth: auth().optional().describe('The authenticator whose credential is sent.'),
    timeout: positiveDuration().prefault('10s').describe('How long an answer may take.'),
    retry: retrySchema,
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe('Attempts under way at once, each of another incident.'),
    signing_secrets: z
      .array(
        secret().refine((value) => signingKey(value.reveal()) !== undefined, {
          error: 'expected whsec_ followed by base64 of 24 to 64 bytes',
        }),
      )
      .max(10)
      .default([])
      .describe('Secrets of Standard Webhooks signatures; several while they are being rotated.'),
    min_severity: z
      .enum(SEVERITIES)
      .default('high')
      .describe('Incidents that never get this severe are not sent.'),
    egress: egressSchema,
  })
  .superRefine((config, context) => {
    // What is no URL has been reported already.
    if (!URL.canParse(config.endpoint)) return;
    const refusal = urlRefusal(new URL(config.endpoint), egressOf(config.egress));
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
  });

export const webhookFactory = defineExporter({
  type: 'webhook',
  summary: 'Posts incidents to a SIEM, with an idempotency key and, if wanted, a signature.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    const adapter = webhookAdapter({
      headers: config.headers,
      signingKeys: config.signing_secrets.map((value) => signingKey(value.reveal())!),
    });
    return new HttpDestination(settings, outbox, adapter, {
      url: new URL(config.endpoint),
      minSeverity: config.min_severity,
      timeoutMs: config.timeout.ms,
      concurrency: config.concurrency,
      schedule: scheduleOf(config.retry),
      egress: egressOf(config.egress),
      auth: config.auth,
    });
  },
});
