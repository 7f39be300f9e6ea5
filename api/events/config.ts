// The keys of the API for the stream of events.
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';

export const eventsSchema = z
  .strictObject({
    buffer: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe(
        'How many events are kept for streams that lag behind or come back. With one sample each 5 s, 10,000 are the last ' +
          '100 s of 500 sessions.',
      ),
    max_streams: z.int().min(1).max(10_000).default(100).describe('Most streams at a time.'),
    max_duration: positiveDuration()
      .prefault('1h')
      .describe(
        'When a stream is ended, for its client to come back with a token that is still valid. It goes on where it was.',
      ),
  })
  .prefault({})
  .describe('The stream of GET /api/v2/analytics/events/realtime.');

export type EventsConfig = z.output<typeof eventsSchema>;
