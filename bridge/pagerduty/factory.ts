// The configuration of the exporter `pagerduty`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl, headerSecret } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { pagerDutyAdapter } from './adapter.ts';

/** Of the service region US; that of the EU is https://events.eu.pagerduty.com/v2/enqueue. */
const ENDPOINT = 'https://events.pagerduty.com/v2/enqueue';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl(ENDPOINT)
      .default(ENDPOINT)
      .describe(
        'The Events API v2; in the EU https://events.eu.pagerduty.com/v2/enqueue. Empty: switched off.',
      ),
    routing_key: headerSecret()
      .prefault('')
      .describe('Integration key of a service, of type Events API v2. Empty: switched off.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => refuseForbiddenUrl(config.endpoint, 'endpoint', config, context));

export const pagerDutyFactory = defineExporter({
  type: 'pagerduty',
  summary: 'Triggers and resolves PagerDuty alerts; an escalation pages anew.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    if (config.routing_key.isEmpty) return new SwitchedOffDestination(settings, 'routing_key');
    const adapter = pagerDutyAdapter({ routingKey: config.routing_key, link: config.link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: new URL(config.endpoint),
      auth: undefined,
    });
  },
});
