// The keys of the section `notifications`.
import { z } from 'zod';
import { positiveDuration } from '../../../collector/config/fields.ts';
import { MAX_TOPICS, TOPIC_PATTERN } from './topics.ts';

export const notificationsSchema = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Listen to notifications.'),
    topics: z
      .array(
        z.string().regex(TOPIC_PATTERN, {
          error:
            'must be a topic of one user, queue or conversation, such as v2.users.8a6d….conversations.videos with its whole id',
        }),
      )
      .max(MAX_TOPICS)
      .default([])
      .describe(
        'What to be told of: v2.users.ID.conversations (calls and videos), v2.users.ID.conversations.videos, v2.routing.queues.ID.conversations.videos, v2.users.ID.persistentconnection, v2.detail.events.conversation.ID.user.end and .customer.end. At most 1,000.',
      ),
    silence_timeout: positiveDuration()
      .prefault('45s')
      .describe(
        'A connection over which nothing comes for so long is given up; three quarters of it in, a sign of life is asked for. The platform has a heartbeat each 30 s.',
      ),
    max_backfill: z
      .int()
      .min(0)
      .max(10_000)
      .default(100)
      .describe(
        'Conversations to ask for after a gap, one request each, those not heard of the longest first. 0 asks for none.',
      ),
  })
  .superRefine(({ enabled, topics }, context) => {
    if (enabled && topics.length === 0) {
      context.addIssue({ code: 'custom', path: ['topics'], message: 'names no topic to be told of' });
    }
  })
  .prefault({})
  .describe('The notification service of Genesys Cloud: what becomes of connections, told over a WebSocket.');
