// The exporter `prometheus`: its keys.
import { z } from 'zod';
import { listenAddress } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineExporter } from '../../collector/define.ts';
import type { SessionGauges } from '../../receiver/session-gauges/session-gauges.ts';
import { SESSION_FIELDS } from '../session-fields.ts';
import { PrometheusExporter } from './exporter.ts';

const configSchema = z
  .strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:9464').describe('Where to listen, host:port.'),
    path: z
      .string()
      .startsWith('/', { error: 'must begin with "/"' })
      .prefault('/metrics')
      .describe('The path to scrape. Every other one is answered with 404.'),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().prefault(false).describe(ALLOW_UNAUTHENTICATED.description),
    ...SESSION_FIELDS,
  })
  .superRefine((config, context) => {
    const allow = config.allow_unauthenticated;
    const refusal = refuseOpenBind(config.endpoint, { authenticated: false, allow });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
  })
  .prefault({});

export type PrometheusConfig = z.output<typeof configSchema>;

export const prometheusFactory = defineExporter({
  type: 'prometheus',
  summary: 'Serves gauges per session and metrics over all sessions to Prometheus.',
  configSchema,
  signal: 'metrics',
  create: (settings, config, hub: SessionGauges) => new PrometheusExporter(settings, config, hub),
});
