// The part of the configuration that says what flapping is.
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';
import type { FlappingLimits } from './thresholds.ts';

const flappingLimits = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether openings are counted; without it each is told, but for dedup_window.'),
  openings: z
    .int()
    .min(2)
    .max(100)
    .default(4)
    .describe('So many openings within this time, both included, are flapping: the last one says so.'),
  within: positiveDuration().prefault('10m').describe('The time within which openings are counted.'),
  stable_for: positiveDuration()
    .prefault('5m')
    .describe('Without an opening for this long it is over, and told as recovered.'),
});

export const flappingKeys = flappingLimits
  .prefault({})
  .describe('Of what opens again and again, in each session, quality and connection by themselves.');

export function flappingLimitsOf(config: z.output<typeof flappingLimits>): FlappingLimits | undefined {
  return config.enabled
    ? {
        openingCount: config.openings,
        withinMs: config.within.ms,
        stableForMs: config.stable_for.ms,
      }
    : undefined;
}
