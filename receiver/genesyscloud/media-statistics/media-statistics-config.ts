// The keys of the source `media_statistics`.
import { z } from 'zod';
import { positiveDuration } from '../../../collector/config/fields.ts';

export type MediaStatisticsConfig = z.output<typeof mediaStatisticsSchema>;

export const mediaStatisticsSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Ask for the audio quality of the conversations that the other sources tell of. A preview of the platform: averages since the beginning of a call, of audio alone.',
      ),
    interval: positiveDuration()
      .prefault('30s')
      .describe('How often to ask for one conversation, at most. With too many for the quota it is longer.'),
    max_requests_per_minute: z
      .int()
      .min(1)
      .max(3_000)
      .default(150)
      .describe('Its share of the requests that the platform grants a token, 300 a minute as a rule.'),
  })
  .prefault({})
  .describe(
    'GET /api/v2/telephony/providers/edges/mediastatistics/conversations/{conversationId}, one request for each conversation.',
  );
