// The configuration of the exporter `otlp_logs`.
import { z } from 'zod';
import { auth, httpHeaders } from '../../collector/config/fields.ts';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { deliveryKeys, deliveryOptions, endpointUrl, urlBelow } from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { otlpLogsAdapter } from './adapter.ts';

const PATH = 'v1/logs';

const configSchema = z
  .strictObject({
    endpoint: endpointUrl('https://collector.example:4318')
      .default('')
      .describe(`Base URL of the backend; /${PATH} is added. Empty: logs_endpoint, or switched off.`),
    logs_endpoint: endpointUrl('https://collector.example:4318/v1/logs')
      .default('')
      .describe('The whole URL, in place of endpoint, for a backend with another path.'),
    headers: httpHeaders().default({}).describe('Headers of each request.'),
    auth: auth().optional().describe('The authenticator whose credential is sent.'),
    ...deliveryKeys(),
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
    refuseForbiddenUrl(config.logs_endpoint, 'logs_endpoint', config, context);
  });

export const otlpLogsFactory = defineExporter({
  type: 'otlp_logs',
  summary: 'Sends incidents to an OTLP backend as log events.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    const { endpoint, logs_endpoint: wholeUrl, headers, link } = config;
    if (endpoint === '' && wholeUrl === '') return new SwitchedOffDestination(settings);
    const adapter = otlpLogsAdapter({ headers, resourceAttributes: settings.resourceAttributes, link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url: wholeUrl === '' ? urlBelow(endpoint, PATH) : new URL(wholeUrl),
      auth: config.auth,
    });
  },
});
