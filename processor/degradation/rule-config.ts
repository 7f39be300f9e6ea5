// The part of the configuration that sets the limits of the rules: for a camera at the top level, for a shared screen and
// for audio alone in sections of their own. Rules of the network (mos, packet_loss_percent) have one limit for all.
import { z } from 'zod';
import type { Media } from '../../receiver/sample.ts';
import type { BitrateLimits, RuleLimits, ScoreLimits } from './thresholds.ts';

const enabled = () => z.boolean().default(true).describe('Whether this rule is judged.');
const score = () => z.number().min(1).max(5);

/** Of a score's two limits. */
const hysteresis = {
  error: 'must not be smaller than below: a score between them would be bad and good at once',
  path: ['recover_above'],
};

/** `below` and `recover_above` of a score, both at one value by default. */
const scoreKeys = (limit: number) => ({
  enabled: enabled(),
  below: score().default(limit).describe('Bad below this score.'),
  recover_above: score()
    .default(limit)
    .describe('Good again above this score; between the two nothing changes.'),
});

/** 3.5 and 3.2 are the guide's. */
const mosLimits = z
  .strictObject({
    ...scoreKeys(3.5),
    critical_below: score()
      .default(3.2)
      .describe('Below this for a whole hold the path is broken: critical.'),
  })
  .refine((limits) => limits.recover_above >= limits.below, hysteresis)
  .refine((limits) => limits.critical_below <= limits.below, {
    path: ['critical_below'],
    error: 'must not be greater than below: a critical score would not be bad',
  });

const experienceLimits = (limit: number) =>
  z
    .strictObject(scoreKeys(limit))
    .refine((limits) => limits.recover_above >= limits.below, hysteresis)
    .prefault({});

const freezeLimit = (limit: number) =>
  z
    .strictObject({
      enabled: enabled(),
      above: z.number().gt(0).max(1).default(limit).describe('Bad from this frozen share on (0-1).'),
    })
    .prefault({});

/** Captured cameras that were starved got 120–190 kbit/s, and looked it. */
const USUAL_FLOOR_KBPS = 150;

const outageSwitch = () => z.strictObject({ enabled: enabled() }).prefault({});

/** A rule that is off at the top level is off for every medium. */
export const ruleKeys = {
  mos: mosLimits.prefault({}).describe('Limits of the mean opinion score, 1-5, of every medium.'),
  packet_loss_percent: z
    .strictObject({
      enabled: enabled(),
      above: z.number().min(0).max(100).default(2).describe('Bad above this loss, in percent.'),
    })
    .prefault({})
    .describe('Limit of packet loss, of every medium.'),
  bitrate_kbps: z
    .strictObject({
      enabled: enabled(),
      below: z.number().min(0).default(500).describe('Bad below this bitrate, in kbit/s.'),
      of_usual: z
        .number()
        .min(0)
        .max(1)
        .default(0.7)
        .describe('Where the usual bitrate is known, bad only below this share of it (0-1), or below floor.'),
      floor: z
        .number()
        .min(0)
        .optional()
        .describe('Bad below this bitrate, in kbit/s, whatever is usual; 150, or below if that is less.'),
    })
    .refine(({ below, floor = 0 }) => floor <= below, {
      path: ['floor'],
      error: 'must not be greater than below: nothing is bad from there on',
    })
    .prefault({})
    .describe('Limit of the bitrate of a camera picture that is not muted, held or paused.'),
  freeze_ratio: freezeLimit(0.3).describe(
    'Limit of the share of an interval during which a camera picture stood still. Off here is off for screens too.',
  ),
  // In the middle of the scale: what a viewer would call fair. 30 % of the time frozen is just that.
  experience: experienceLimits(3).describe(
    'Limits of the video experience of a camera, 1-5. Off here is off for every medium.',
  ),
  outage: outageSwitch().describe(
    'Nothing arrives after earlier traffic: a warning at once. Off here is off for every medium.',
  ),
  screen: z
    .strictObject({
      // A shared screen is low and bursty when all is well: it has no bitrate rule, and little frozen time says nothing.
      freeze_ratio: freezeLimit(0.9).describe('Limit of the frozen share of an interval.'),
      experience: experienceLimits(2.5).describe('Limits of the experience, 1-5.'),
      outage: outageSwitch().describe(
        'Counts where the sample itself tells of it; a screen at rest sends nothing.',
      ),
    })
    .prefault({})
    .describe('What is different for a shared screen, which has no bitrate rule.'),
  audio: z
    .strictObject({
      experience: experienceLimits(2.5).describe('Limits of the experience, 1-5.'),
      outage: outageSwitch().describe(
        'Counts where the sample itself tells of it; silence may send nothing.',
      ),
    })
    .prefault({})
    .describe('What is different for audio alone, which has no rules of bitrate and freeze.'),
};

type RuleConfig = z.output<z.ZodObject<typeof ruleKeys>>;

export function ruleLimitsOf(config: RuleConfig): Readonly<Record<Media, RuleLimits>> {
  const {
    mos,
    packet_loss_percent: loss,
    bitrate_kbps: bitrate,
    freeze_ratio: freeze,
    screen,
    audio,
  } = config;
  const mosScore = scoreLimits(mos);
  const camera: RuleLimits = {
    mos: mosScore && { ...mosScore, criticalBelow: mos.critical_below },
    packetLossAbovePercent: loss.enabled ? loss.above : undefined,
    bitrate: bitrate.enabled ? bitrateLimits(bitrate) : undefined,
    freezeFromRatio: freeze.enabled ? freeze.above : undefined,
    experience: scoreLimits(config.experience),
    judgesOutage: config.outage.enabled,
  };
  const judgesScreenFreeze = freeze.enabled && screen.freeze_ratio.enabled;
  const limitsOfOther = ({ experience, outage }: RuleConfig['audio']): RuleLimits => ({
    ...camera,
    bitrate: undefined,
    freezeFromRatio: undefined,
    experience: camera.experience && scoreLimits(experience),
    judgesOutage: camera.judgesOutage && outage.enabled,
  });
  return {
    camera,
    screen: {
      ...limitsOfOther(screen),
      freezeFromRatio: judgesScreenFreeze ? screen.freeze_ratio.above : undefined,
    },
    audio: limitsOfOther(audio),
  };
}

function bitrateLimits({ below, of_usual, floor }: RuleConfig['bitrate_kbps']): BitrateLimits {
  return { belowKbps: below, ofUsualRatio: of_usual, floorKbps: floor ?? USUAL_FLOOR_KBPS };
}

function scoreLimits(
  score: Pick<RuleConfig['experience'], 'enabled' | 'below' | 'recover_above'>,
): ScoreLimits | undefined {
  return score.enabled ? { below: score.below, recoverAbove: score.recover_above } : undefined;
}
