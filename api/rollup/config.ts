// The part of the configuration that says what is rolled up, and for how long it is kept.
import { z } from 'zod';
import { positiveDuration } from '../../collector/config/fields.ts';
import { DIMENSION_KEYS } from '../../receiver/sample.ts';
import { BANDED_METRICS } from './rolled-metrics.ts';
import type { RollupOptions } from './rollups.ts';

const HOUR_MS = 3_600_000;
const LEAST_INTERVAL_MS = 10_000;
const MOST_INTERVALS = 2_500;

export const rollupsSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether samples are rolled up; the query API answers from nothing else.'),
    interval: positiveDuration()
      .refine(({ ms }) => ms >= LEAST_INTERVAL_MS && HOUR_MS % ms === 0, {
        error: 'must be 10s or more, and divide an hour, such as 1m, 5m or 15m',
      })
      .prefault('5m')
      .describe('What one rollup covers: the finest interval that a query can ask for.'),
    retention: positiveDuration().prefault('24h').describe('For how long rollups are kept.'),
    dimensions: z
      .array(z.enum(DIMENSION_KEYS))
      .default(['site', 'region', 'edge'])
      .describe('Dimensions that rollups tell apart, beside type, state, media, direction and codec.'),
    group_metrics: z
      .array(z.enum(BANDED_METRICS))
      .max(3)
      .default(['mos'])
      .describe('Metrics whose bands rollups tell apart. Each multiplies the number of groups by up to 12.'),
    max_groups: z
      .int()
      .min(1)
      .max(20_000)
      .default(1_000)
      .describe('Groups of one interval; records of further ones are counted together, as an overflow.'),
    max_bytes: z
      .int()
      .min(1_048_576)
      .default(268_435_456)
      .describe('What the stored rollups may hold. Beyond it the oldest go, before their retention is over.'),
    checkpoint_interval: positiveDuration()
      .prefault('60s')
      .describe('How often what has changed is stored: a crash loses at most this.'),
  })
  .superRefine(({ interval, retention, checkpoint_interval, dimensions, group_metrics }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (retention.ms < interval.ms) refuse('retention', 'must not be shorter than interval');
    if (retention.ms > interval.ms * MOST_INTERVALS) {
      refuse('retention', `must be at most ${MOST_INTERVALS} times as long as interval`);
    }
    if (checkpoint_interval.ms > interval.ms)
      refuse('checkpoint_interval', 'must not be longer than interval');
    if (new Set(dimensions).size < dimensions.length) refuse('dimensions', 'names the same dimension twice');
    if (new Set(group_metrics).size < group_metrics.length)
      refuse('group_metrics', 'names the same metric twice');
  });

export type RollupsConfig = z.output<typeof rollupsSchema>;

export function rollupOptionsOf(config: RollupsConfig): RollupOptions {
  return {
    intervalMs: config.interval.ms,
    retentionMs: config.retention.ms,
    dimensions: config.dimensions,
    bandedMetrics: config.group_metrics,
    maxGroups: config.max_groups,
    maxBytes: config.max_bytes,
    checkpointMs: config.checkpoint_interval.ms,
  };
}
