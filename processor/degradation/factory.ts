// The configuration of the processor `degradation`: what a user may set, with the guide's values as defaults. The limits
// of its rules stand in rule-config.ts.
import { z } from 'zod';
import type { TransitionBatch, TransitionSink } from '../../bridge/transition/batch.ts';
import { duration, positiveDuration } from '../../collector/config/fields.ts';
import { defineProcessor } from '../../collector/define.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import { fleetKeys, fleetLimitsOf } from './fleet/fleet-config.ts';
import { flappingKeys, flappingLimitsOf } from './flapping-config.ts';
import { DegradationProcessor } from './processor.ts';
import { ruleKeys, ruleLimitsOf } from './rule-config.ts';
import type { Thresholds } from './thresholds.ts';

export const configSchema = z
  .strictObject({
    hold: positiveDuration()
      .prefault('30s')
      .describe('How long a session must be bad before an incident opens.'),
    confirm: z
      .enum(['fraction', 'latest', 'sustained'])
      .default('fraction')
      .describe('What the samples since the first bad one must show at the end of the hold.'),
    min_bad_fraction: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('With confirm: fraction, how many of the samples must be bad (0-1).'),
    drop_after_clear: positiveDuration()
      .prefault('10s')
      .describe(
        'With confirm: fraction, clear for this long before the end of the hold drops the candidate.',
      ),
    recover_for: positiveDuration()
      .prefault('30s')
      .describe('How long every rule must be clear before recovery.'),
    dedup_window: duration()
      .prefault('60s')
      .describe('Within this time a session is told of one opening only.'),
    flapping: flappingKeys,
    gap_after: positiveDuration()
      .prefault('15s')
      .describe('Silence of an open session that raises a warning: three sampling intervals.'),
    forget_after: positiveDuration()
      .prefault('15m')
      .describe('Silence after which a session is forgotten and its incidents end as session_lost.'),
    ...ruleKeys,
    ...fleetKeys,
    environment: z.string().min(1).default('prod').describe('Sent with every transition.'),
  })
  .refine((config) => config.forget_after.ms > config.gap_after.ms, {
    path: ['forget_after'],
    error: 'must be longer than gap_after: a session would be forgotten before its silence is noticed',
  });

export function thresholdsOf(config: z.output<typeof configSchema>): Thresholds {
  return {
    holdMs: config.hold.ms,
    confirm: config.confirm,
    minBadFraction: config.min_bad_fraction,
    dropAfterClearMs: config.drop_after_clear.ms,
    recoverForMs: config.recover_for.ms,
    dedupWindowMs: config.dedup_window.ms,
    flapping: flappingLimitsOf(config.flapping),
    gapAfterMs: config.gap_after.ms,
    forgetAfterMs: config.forget_after.ms,
    rules: ruleLimitsOf(config),
    environment: config.environment,
  };
}

export const degradationFactory = defineProcessor<typeof configSchema, QualityBatch, TransitionBatch>({
  type: 'degradation',
  summary: 'Turns quality samples and session events into confirmed, deduplicated incidents.',
  configSchema,
  consumes: 'quality',
  produces: 'transitions',
  // The graph has checked that what follows takes transitions: the outbox, which also stores and restores states.
  create: (settings, config, next) =>
    new DegradationProcessor(settings, thresholdsOf(config), fleetLimitsOf(config), next as TransitionSink),
});
