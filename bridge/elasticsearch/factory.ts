// The configuration of the exporter `elasticsearch`.
import { z } from 'zod';
import { auth } from '../../collector/config/fields.ts';
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
import { elasticsearchAdapter } from './adapter.ts';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://elastic.example:9243')
      .default('')
      .describe('Base URL of the cluster; /_bulk is added. Empty: switched off.'),
    index: z
      .string()
      .regex(/^[^A-Z\s\\/*?"<>|,#:]{1,255}$/, { error: 'is no name of an index or data stream' })
      .default('logs-webrtc.alert-default')
      .describe('Data stream or index that takes the documents.'),
    api_key: headerSecret().prefault('').describe('API key in its encoded form, sent as ApiKey.'),
    auth: auth().optional().describe('The authenticator whose credential is sent, in place of api_key.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    if (config.auth !== undefined && !config.api_key.isEmpty) {
      const message = 'two credentials; set either api_key or auth';
      context.addIssue({ code: 'custom', path: ['auth'], message });
    }
  });

export const elasticsearchFactory = defineExporter({
  type: 'elasticsearch',
  summary: 'Indexes incidents in Elasticsearch, each transition once, under its idempotency key.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    if (config.endpoint === '') return new SwitchedOffDestination(settings);
    const { index, api_key: apiKey, link } = config;
    return new HttpDestination(settings, outbox, elasticsearchAdapter({ index, apiKey, link }), {
      ...deliveryOptions(config),
      url: urlBelow(config.endpoint, '_bulk'),
      auth: config.auth,
    });
  },
});
