// The keys of the source `conversation_details`.
import { z } from 'zod';
import { duration } from '../../../collector/config/fields.ts';
import { historicalPollInterval, lag } from '../history-fields.ts';

export type ConversationDetailsConfig = z.output<typeof conversationDetailsSchema>;

const mos = () => z.number().min(1).max(5);

export const conversationDetailsSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Count the conversations that have ended, by their lowest MOS. What is past becomes metrics of the process, and never an incident.',
      ),
    poll_interval: historicalPollInterval().prefault('15m').describe('How often to ask.'),
    lag: lag(),
    overlap: duration()
      .refine((value) => value.ms <= 86_400_000, { error: 'must be at most 24h' })
      .prefault('5m')
      .describe('How far each window reaches back into the one before it, for what was known late.'),
    mos_below: mos()
      .default(3.5)
      .describe('Conversations whose lowest MOS is below this are counted by themselves.'),
    filter_mos_below: mos()
      .optional()
      .describe('Ask the platform for conversations whose lowest MOS is below this, and for no others.'),
  })
  .prefault({})
  .describe('POST /api/v2/analytics/conversations/details/query, after the calls.');
