// The receiver `genesyscloud`: its keys.
import { z } from 'zod';
import { auth, positiveDuration } from '../../collector/config/fields.ts';
import { defineReceiver } from '../../collector/define.ts';
import { egressSchema, refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import { tlsSchema } from '../../collector/egress/tls-config.ts';
import { filterWarnings, foreignFilter, recordFilter } from '../filter-expression/filter-key.ts';
import { SAMPLE_TYPE, STATE_TYPE } from '../guide-event/vocabulary.ts';
import { SESSION_FIELDS } from '../http/receiver-fields.ts';
import type { QualityBatch } from '../sample.ts';
import { notificationsSchema } from './notifications/notifications-config.ts';
import { GenesysCloudReceiver } from './receiver.ts';

const realtimeSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Listen to the stream.'),
    event_types: z
      .array(z.enum([STATE_TYPE, SAMPLE_TYPE]))
      .min(1)
      .default([STATE_TYPE, SAMPLE_TYPE])
      .describe('The types of events to ask for.'),
    filter: foreignFilter()
      .optional()
      .describe(
        'A filter for the platform to apply, such as metrics.mos<3.5. What it hides no rule can see, recoveries included.',
      ),
    sampling_interval: positiveDuration()
      .prefault('5s')
      .describe(
        'How often the platform samples a session. A stream that is silent three times as long is given up.',
      ),
    poll_interval: positiveDuration()
      .prefault('5s')
      .describe(
        'How long to wait before asking again, where the platform answers with plain JSON and no stream.',
      ),
  })
  .prefault({})
  .describe('The stream of GET /api/v2/analytics/events/realtime.');

/** The sections that switch a source on. */
const SOURCES = ['realtime', 'notifications'] as const;

const configSchema = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, { error: 'must be a domain such as mypurecloud.de' })
      .default('mypurecloud.com')
      .describe(
        'The domain of the organisation. The API is asked at api.REGION; tokens come from login.REGION.',
      ),
    base_url: z
      .url()
      .optional()
      .describe('Where the API is, in place of https://api.REGION: a gateway, a mock. May have a path.'),
    auth: auth()
      .optional()
      .describe('Where the access token comes from, such as oauth2client/genesys. Without it none is sent.'),
    realtime: realtimeSchema,
    notifications: notificationsSchema,
    filter: recordFilter(),
    timeout: positiveDuration().prefault('10s').describe('How long the head of an answer may take.'),
    ...SESSION_FIELDS,
    egress: egressSchema,
    tls: tlsSchema,
  })
  .superRefine((config, context) => {
    if (config.base_url !== undefined) refuseForbiddenUrl(config.base_url, 'base_url', config, context);
    if (SOURCES.some((source) => config[source].enabled)) return;
    const message = `no source is switched on; set enabled to true for one of: ${SOURCES.join(', ')}`;
    context.addIssue({ code: 'custom', path: [], message });
  })
  .prefault({});

export type GenesysCloudConfig = z.output<typeof configSchema>;

export const genesysCloudFactory = defineReceiver({
  type: 'genesyscloud',
  summary:
    "Listens to Genesys Cloud: the guide's real-time stream of events, and notifications of what becomes of connections.",
  configSchema,
  produces: 'quality',
  warningsOf: ({ filter, realtime }) => [
    ...filterWarnings(['realtime', 'filter'], realtime.filter),
    ...filterWarnings(['filter'], filter),
  ],
  create: (settings, config, next: { consume(batch: QualityBatch): Promise<void> }) =>
    new GenesysCloudReceiver(settings, config, next),
});
