// The configuration of the exporter `sentinel`.
import { z } from 'zod';
import { auth } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { ingestionUrl, sentinelAdapter } from './adapter.ts';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://incidents-x1y2.westeurope-1.ingest.monitor.azure.com')
      .default('')
      .describe('Logs ingestion URL of the data collection endpoint or rule. Empty: switched off.'),
    dcr_immutable_id: z.string().default('').describe('Immutable id of the data collection rule, dcr-….'),
    stream: z
      .string()
      .min(1)
      .default('Custom-WebRtcIncidents_CL')
      .describe('Stream of the rule that takes the rows.'),
    auth: auth()
      .optional()
      .describe(
        'The authenticator whose token is sent: client credentials for the scope https://monitor.azure.com/.default.',
      ),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (config.endpoint === '') return;
    const demand = (key: 'dcr_immutable_id' | 'auth', what: string) =>
      context.addIssue({ code: 'custom', path: [key], message: `is needed beside endpoint: ${what}` });
    if (!/^dcr-[0-9a-f]+$/.test(config.dcr_immutable_id))
      demand('dcr_immutable_id', 'dcr- and hexadecimal digits');
    if (config.auth === undefined) demand('auth', 'an authenticator that brings a token');
  });

export const sentinelFactory = defineExporter({
  type: 'sentinel',
  summary: 'Appends incidents to a table of Microsoft Sentinel through a data collection rule.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    return new HttpDestination(settings, outbox, sentinelAdapter({ link: config.link }), {
      ...deliveryOptions(config),
      url: ingestionUrl(config.endpoint, config.dcr_immutable_id, config.stream),
      auth: config.auth,
    });
  },
});
