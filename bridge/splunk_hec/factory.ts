// The configuration of the exporter `splunk_hec`.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import {
  deliveryKeys,
  deliveryOptions,
  endpointUrl,
  headerSecret,
  urlBelow,
} from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { EVENT_PATH, splunkHecAdapter } from './adapter.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://splunk.example:8088')
      .refine((text) => !text.includes('/services/collector'), {
        error: 'give it without /services/collector, which is added',
      })
      .default('')
      .describe(`Base URL of the event collector; /${EVENT_PATH} is added. Empty: switched off.`),
    token: headerSecret().prefault('').describe('Token of the event collector. Empty: switched off.'),
    index: z.string().default('').describe("Index that events go into. Empty: the token's own."),
    sourcetype: z.string().min(1).default('webrtc:incident').describe('Source type of the events.'),
    host: z.string().default('').describe('Host of the events. Empty: left to Splunk.'),
    acknowledge: z
      .boolean()
      .default(false)
      .describe(
        'Count only what is indexed as delivered. The token must have indexer acknowledgement on; an attempt lasts until then, so raise concurrency.',
      ),
    channel: z
      .string()
      .regex(GUID, { error: 'expected a GUID such as 2f5c1b8e-6f0d-4b1c-9a52-8a1d3c0f9e77' })
      .optional()
      .describe(
        'Channel of the acknowledgements. Absent: one made from the name of this process and exporter.',
      ),
    // Vector asks each 10 s, 30 times.
    ack_poll_interval: positiveDuration()
      .prefault('10s')
      .describe('Time between two questions whether it is indexed.'),
    ack_timeout: positiveDuration()
      .prefault('300s')
      .describe(
        'After this long without being indexed a transition is sent again, with the same idempotency_key.',
      ),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => refuseForbiddenUrl(config.endpoint, 'endpoint', config, context));

export const splunkHecFactory = defineExporter({
  type: 'splunk_hec',
  summary: "Sends incidents to Splunk's HTTP Event Collector and, if wanted, waits until they are indexed.",
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    if (config.token.isEmpty) return new SwitchedOffDestination(settings, 'token');
    const { endpoint, token, index, sourcetype, host, link } = config;
    const channel = config.channel ?? guidOf(JSON.stringify([settings.resourceAttributes, settings.id]));
    const adapter = splunkHecAdapter({
      endpoint,
      token,
      place: { index, sourcetype, host },
      link,
      ...(config.acknowledge && {
        acknowledgement: {
          channel,
          pollEveryMs: config.ack_poll_interval.ms,
          timeoutMs: config.ack_timeout.ms,
        },
      }),
    });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: urlBelow(endpoint, EVENT_PATH),
      auth: undefined,
    });
  },
});

/** The same name gives the same GUID, so that a restart goes on in its own channel. */
function guidOf(name: string): string {
  const hex = createHash('sha256').update(name, 'utf8').digest('hex');
  return [8, 12, 16, 20, 32].map((end, part) => hex.slice([0, 8, 12, 16, 20][part], end)).join('-');
}
