// An event of the guide as the API documents it. What writes it is receiver/guide-event/encode.ts.
import { z } from 'zod';
import { SAMPLE_TYPE, STATE_TYPE } from '../../receiver/guide-event/vocabulary.ts';
import { metricsSchema } from '../sessions/metrics-schema.ts';

const identified = z.strictObject({ id: z.string() });

const common = {
  timestamp: z.iso.datetime().describe('Event time.'),
  session: identified.describe('A pseudonym, `anon-` and 32 hex digits, without the scope sessions:read.'),
  conversation: identified.optional().describe('Likewise.'),
  site: z.string().optional(),
  region: z.string().optional(),
  edge: z.string().optional(),
  isp: z.string().optional(),
  network: z.strictObject({ type: z.string() }).optional(),
  client: z.strictObject({ version: z.string() }).optional(),
};

export const eventSchema = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal(SAMPLE_TYPE),
        ...common,
        metrics: metricsSchema,
        codec: z.string().optional(),
        media: z.enum(['camera', 'screen', 'audio']),
        direction: z.enum(['inbound', 'outbound']),
        muted: z.boolean().optional(),
        boundary: z
          .string()
          .optional()
          .describe('Why this sample and the one before it can not be compared.'),
      })
      .describe('A sample.'),
    z
      .strictObject({
        type: z.literal(STATE_TYPE),
        state: z.enum(['connected', 'disconnected', 'network_change', 'muted', 'unmuted', 'ended']),
        ...common,
      })
      .describe('Something that happened to a session.'),
  ])
  .describe('What is not known is absent.')
  .meta({ id: 'Event' });
