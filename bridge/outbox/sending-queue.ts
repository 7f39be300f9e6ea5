// How long, and how many, transitions wait for one destination, as its configuration says.
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';

export interface SendingQueue {
  /** How long a transition is tried, and how long what was delivered is remembered. */
  readonly retentionMs: number;
  /** How many rows may wait, and how many dead letters are kept. */
  readonly maxRows: number;
}

/** Also of destinations that the configuration doesn't know any more, while rows still wait for them. */
export const DEFAULT_SENDING_QUEUE: SendingQueue = { retentionMs: 168 * 3_600_000, maxRows: 100_000 };

export const sendingQueueSchema = z
  .strictObject({
    retention: positiveDuration()
      .prefault('168h')
      .describe(
        'How long a transition is tried before it goes to the dead letters, and how long what was delivered is remembered.',
      ),
    max_rows: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(DEFAULT_SENDING_QUEUE.maxRows)
      .describe(
        'How many rows may wait; beyond it, incidents that are over go to the dead letters. Also how many of those are kept.',
      ),
  })
  .prefault({})
  .describe('What waits for the destination while it takes nothing.');

export function sendingQueueOf({
  retention,
  max_rows: maxRows,
}: z.output<typeof sendingQueueSchema>): SendingQueue {
  return { retentionMs: retention.ms, maxRows };
}
