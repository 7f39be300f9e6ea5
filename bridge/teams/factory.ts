// The configuration of the exporter `teams`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, secretParts, secretUrl } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { teamsAdapter } from './adapter.ts';

const configSchema = z
  .strictObject({
    webhook_url: secretUrl()
      .prefault('')
      .describe(
        'URL of a workflow that posts to a channel when a webhook is called; it is a credential. Empty: switched off.',
      ),
    ...deliveryKeys(),
  })
  .superRefine((config, context) =>
    refuseForbiddenUrl(config.webhook_url.reveal(), 'webhook_url', config, context),
  );

export const teamsFactory = defineExporter({
  type: 'teams',
  summary: 'Posts incidents to a channel of Microsoft Teams, as Adaptive Cards.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.webhook_url.isEmpty) return new SwitchedOffDestination(settings, 'webhook_url');
    const url = new URL(config.webhook_url.reveal());
    const adapter = teamsAdapter({ secrets: secretParts(url), link: config.link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url,
      auth: undefined,
    });
  },
});
