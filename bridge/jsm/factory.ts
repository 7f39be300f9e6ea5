// The configuration of the exporter `jsm`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl, headerSecret } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { jsmAdapter } from './adapter.ts';

/** Where integrations of JSM Operations post to; Opsgenie's own, until it ends in 2027, is https://api.opsgenie.com/v2/alerts. */
const ENDPOINT = 'https://api.atlassian.com/jsm/ops/integration/v2/alerts';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl(ENDPOINT)
      .default(ENDPOINT)
      .describe(
        "The integration API's alerts; of Opsgenie https://api.opsgenie.com/v2/alerts. Empty: switched off.",
      ),
    api_key: headerSecret()
      .prefault('')
      .describe('Key of an API integration, sent as GenieKey. Empty: switched off.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => refuseForbiddenUrl(config.endpoint, 'endpoint', config, context));

export const jsmFactory = defineExporter({
  type: 'jsm',
  summary:
    'Creates and closes alerts of Jira Service Management Operations; an escalation is an alert of its own.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    if (config.api_key.isEmpty) return new SwitchedOffDestination(settings, 'api_key');
    const adapter = jsmAdapter({ endpoint: config.endpoint, apiKey: config.api_key, link: config.link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: new URL(config.endpoint),
      auth: undefined,
    });
  },
});
