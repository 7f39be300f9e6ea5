// The configuration of the exporter `webhook`.
import { z } from 'zod';
import { auth, httpHeaders, secret } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { webhookAdapter } from './adapter.ts';
import { FORMAT_NAMES, formatOf } from './format.ts';
import { signingKey } from './signature.ts';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://siem.example/api')
      .default('')
      .describe('Where transitions are posted to. Empty: switched off.'),
    format: z
      .enum(FORMAT_NAMES)
      .default('guide')
      .describe("What a body looks like; alertmanager is version 4 of Alertmanager's own webhook."),
    headers: httpHeaders().default({}).describe('Further request headers; the idempotency key stays ours.'),
    auth: auth().optional().describe('The authenticator whose credential is sent.'),
    signing_secrets: z
      .array(
        secret().refine((value) => signingKey(value.reveal()) !== undefined, {
          error: 'expected whsec_ followed by base64 of 24 to 64 bytes',
        }),
      )
      .max(10)
      .default([])
      .describe('Secrets of Standard Webhooks signatures; several while they are being rotated.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (
      config.format === 'standard_webhooks' &&
      config.endpoint !== '' &&
      config.signing_secrets.length === 0
    ) {
      const message = 'format: standard_webhooks is always signed; set signing_secrets';
      context.addIssue({ code: 'custom', path: ['format'], message });
    }
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
      format: formatOf(config.format, settings.id),
      link: config.link,
    });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: new URL(config.endpoint),
      auth: config.auth,
    });
  },
});
