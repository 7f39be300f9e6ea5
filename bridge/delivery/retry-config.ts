// The `retry` section that all HTTP destinations share.
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';
import type { BackoffSchedule } from '../../collector/backoff.ts';
import { DELIVERY_SLA_MS } from './sla.ts';

export const retrySchema = z
  .strictObject({
    initial_interval: positiveDuration().prefault('1s').describe('Wait after the first failure.'),
    multiplier: z.number().min(1).default(2).describe('By how much each further wait is longer.'),
    max_interval: positiveDuration().prefault('60s').describe('Longest wait between two attempts.'),
  })
  .prefault({})
  .describe(
    'When to try again. There is no last attempt: a transition is tried until it is older than sending_queue.retention.',
  );

export function scheduleOf(retry: z.output<typeof retrySchema>): BackoffSchedule {
  return {
    initialMs: retry.initial_interval.ms,
    multiplier: retry.multiplier,
    maxMs: retry.max_interval.ms,
    // A Retry-After beyond the SLA is not waited for.
    maxRetryAfterMs: DELIVERY_SLA_MS,
  };
}
