// The configuration of the exporter `datadog_events`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl, headerSecret } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { datadogAdapter } from './adapter.ts';

const ENDPOINTS = {
  v1: (site: string) => `https://api.${site}/api/v1/events`,
  // The older https://api.<site>/api/v2/events is deprecated.
  v2: (site: string) => `https://event-management-intake.${site}/api/v2/events`,
} as const;

const configSchema = z
  .strictObject({
    site: z
      .string()
      .regex(/^[a-z0-9.-]+\.[a-z]+$/, { error: 'expected a site such as datadoghq.com or datadoghq.eu' })
      .default('datadoghq.com')
      .describe('The Datadog site, such as datadoghq.eu or us5.datadoghq.com.'),
    endpoint: endpointUrl('https://proxy.example/api/v2/events')
      .default('')
      .describe("The whole URL, in place of the site's own: for a proxy."),
    api_version: z
      .enum(['v2', 'v1'])
      .default('v2')
      .describe('v2 has statuses, links and properties; only v1 sends notifications to whom it mentions.'),
    api_key: headerSecret().prefault('').describe('API key. Empty: switched off.'),
    application_key: headerSecret().prefault('').describe('Application key, where the account asks for one.'),
    tags: z.array(z.string().min(1)).max(50).default([]).describe('Further tags, such as team:video.'),
    mentions: z
      .array(z.string().regex(/^@\S{1,200}$/, { error: 'expected a mention such as @pagerduty' }))
      .max(10)
      .default([])
      .describe('Who is notified, such as @slack-video; v1 only.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (config.mentions.length > 0 && config.api_version !== 'v1') {
      const message = 'events of v2 notify nobody; set api_version: v1 or leave mentions out';
      context.addIssue({ code: 'custom', path: ['mentions'], message });
    }
  });

export const datadogEventsFactory = defineExporter({
  type: 'datadog_events',
  summary: 'Sends incidents to Datadog as events that open and resolve under one aggregation key.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.api_key.isEmpty) return new SwitchedOffDestination(settings, 'api_key');
    const adapter = datadogAdapter({
      apiVersion: config.api_version,
      apiKey: config.api_key,
      applicationKey: config.application_key,
      tags: config.tags,
      mentions: config.mentions,
      link: config.link,
    });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: new URL(config.endpoint === '' ? ENDPOINTS[config.api_version](config.site) : config.endpoint),
      auth: undefined,
    });
  },
});
