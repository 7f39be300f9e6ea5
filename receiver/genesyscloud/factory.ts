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
import { conversationDetailsSchema } from './conversation-details/conversation-details-config.ts';
import { mediaStatisticsSchema } from './media-statistics/media-statistics-config.ts';
import { querySchema } from './query/query-config.ts';
import { GenesysCloudReceiver } from './receiver.ts';
import { uselessSource } from './useless-source.ts';

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
    media_statistics: mediaStatisticsSchema,
    query: querySchema,
    conversation_details: conversationDetailsSchema,
    historical_requests_per_minute: z
      .int()
      .min(1)
      .max(3_000)
      .default(100)
      .describe(
        'How many requests about the past may go out in a minute, of all sources together. The guide has it as the limit of a tenant, whoever asks.',
      ),
    filter: recordFilter(),
    timeout: positiveDuration().prefault('10s').describe('How long the head of an answer may take.'),
    ...SESSION_FIELDS,
    egress: egressSchema,
    tls: tlsSchema,
  })
  .superRefine((config, context) => {
    if (config.base_url !== undefined) refuseForbiddenUrl(config.base_url, 'base_url', config, context);
    const { realtime, notifications, media_statistics, query, conversation_details } = config;
    const problem = uselessSource([
      { key: 'realtime', enabled: realtime.enabled, tellsConversations: true },
      { key: 'notifications', enabled: notifications.enabled, tellsConversations: true },
      { key: 'media_statistics', enabled: media_statistics.enabled, needsConversations: true },
      { key: 'query', enabled: query.enabled },
      { key: 'conversation_details', enabled: conversation_details.enabled },
    ]);
    if (problem !== undefined) context.addIssue({ code: 'custom', ...problem, path: [...problem.path] });
  })
  .prefault({});

export type GenesysCloudConfig = z.output<typeof configSchema>;

export const genesysCloudFactory = defineReceiver({
  type: 'genesyscloud',
  summary:
    "Reads Genesys Cloud: the guide's stream of events, notifications of connections, media statistics, and what is past.",
  configSchema,
  produces: 'quality',
  warningsOf: ({ filter, realtime }) => [
    ...filterWarnings(['realtime', 'filter'], realtime.filter),
    ...filterWarnings(['filter'], filter),
  ],
  create: (settings, config, next: { consume(batch: QualityBatch): Promise<void> }) =>
    new GenesysCloudReceiver(settings, config, next),
});
