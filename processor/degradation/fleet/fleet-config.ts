// The part of the configuration that is about all sessions together: storms, and the silence of every source.
import { z } from 'zod';
import { duration, positiveDuration } from '../../../collector/config/fields.ts';
import { DIMENSION_KEYS } from '../../../receiver/sample.ts';
import type { FleetLimits } from './fleet-limits.ts';

/** An incident that waits this long to be listed is sent by itself. */
const MEMBERS_WAIT_AT_MOST_MS = 240_000;

const storm = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether one storm tells of many incidents in their stead.'),
    min_incidents: z
      .int()
      .min(2)
      .max(10_000)
      .default(10)
      .describe('So many incidents that open within the window and share a dimension are a storm.'),
    window: positiveDuration().prefault('60s').describe('The time within which openings are counted.'),
    dimensions: z
      .array(z.enum([...DIMENSION_KEYS, 'codec']))
      .refine((names) => new Set(names).size === names.length, { error: 'names a dimension twice' })
      .default(['edge', 'site', 'isp', 'region', 'client.version', 'codec'])
      .describe(
        'What sessions may share. Of several that cover a storm the narrowest names it, then the first.',
      ),
    degraded_share: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe('So large a share of the active sessions that is degraded is a storm too (0-1).'),
    update_interval: positiveDuration()
      .prefault('60s')
      .describe('How often a storm tells of incidents that have joined it; 500 of them are told of at once.'),
    cooldown: duration()
      .prefault('5m')
      .describe('Within this time after its end a storm over the same sessions is the same one, reopened.'),
  })
  .refine((config) => config.update_interval.ms < MEMBERS_WAIT_AT_MOST_MS, {
    path: ['update_interval'],
    error: 'must be shorter than 240s: after that an incident that waits to be listed is sent by itself',
  });

const silence = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Whether the silence of all sessions at once is one incident and not one for each.'),
  min_sessions: z
    .int()
    .min(2)
    .max(10_000)
    .default(3)
    .describe('So many sessions must fall silent together; fewer are told of one by one.'),
});

export const fleetKeys = {
  storm: storm.prefault({}).describe('When many incidents are told of as one.'),
  pipeline_silence: silence.prefault({}).describe('When nobody is heard any more, for gap_after.'),
};

export function fleetLimitsOf(config: {
  readonly storm: z.output<typeof storm>;
  readonly pipeline_silence: z.output<typeof silence>;
}): FleetLimits {
  const { storm: stormConfig, pipeline_silence: silenceConfig } = config;
  return {
    storm: {
      enabled: stormConfig.enabled,
      minIncidentCount: stormConfig.min_incidents,
      windowMs: stormConfig.window.ms,
      dimensions: stormConfig.dimensions,
      degradedRatio: stormConfig.degraded_share,
      updateIntervalMs: stormConfig.update_interval.ms,
      cooldownMs: stormConfig.cooldown.ms,
    },
    silence: { enabled: silenceConfig.enabled, minSessionCount: silenceConfig.min_sessions },
  };
}
