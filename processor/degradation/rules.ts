// The quality rules: what one sample says about each, by the limits of its medium. Pure. A metric that is missing says
// nothing, and exactly at the limit of a score its rule keeps the state it is in.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { measuredReason } from './reasons.ts';
import type { BitrateLimits, ScoreLimits, Thresholds } from './thresholds.ts';

/** The rules that the quality clock runs on, in the order in which reasons are listed. */
export const QUALITY_RULES = ['mos', 'packet_loss', 'bitrate', 'freeze', 'experience', 'outage'] as const;

export type QualityRule = (typeof QUALITY_RULES)[number];

/**
 * `neither`: the sample says nothing about the rule, which stays as it is. `off`: there is no such rule for this medium;
 * what it held is over, but that speaks for nobody's health.
 */
export type Condition = 'holds' | 'clears' | 'neither' | 'off';

/** What a rule must know beside the sample. */
export interface SampleContext {
  /** By the sample itself, or by the last event that said so. */
  readonly muted: boolean;
  /** Whether bytes have flowed before in this session: an idle slot is not an outage. */
  readonly hadTraffic: boolean;
}

export function evaluateRule(
  rule: QualityRule,
  sample: QualitySample,
  context: SampleContext,
  thresholds: Thresholds,
): Condition {
  const limits = thresholds.rules[sample.media];
  switch (rule) {
    case 'mos':
      return judgeScore(sample.mos, limits.mos);
    case 'packet_loss':
      if (limits.packetLossAbovePercent === undefined) return 'off';
      if (sample.packetLossPercent === undefined) return 'neither';
      return sample.packetLossPercent > limits.packetLossAbovePercent ? 'holds' : 'clears';
    case 'bitrate':
      if (limits.bitrate === undefined) return 'off';
      if (context.muted) return 'clears';
      if (sample.bitrateKbps === undefined) return 'neither';
      return sample.bitrateKbps < bitrateLimitKbps(sample, limits.bitrate) ? 'holds' : 'clears';
    case 'freeze':
      if (limits.freezeFromRatio === undefined) return 'off';
      if (context.muted) return 'clears';
      return judgeFreeze(sample, limits.freezeFromRatio);
    case 'experience':
      if (limits.experience !== undefined && context.muted) return 'clears';
      return judgeScore(sample.experience, limits.experience);
    case 'outage': {
      if (!limits.judgesOutage) return 'off';
      if (context.muted) return 'clears';
      const nothingArrives = isOutage(sample, context);
      return nothingArrives === undefined ? 'neither' : nothingArrives ? 'holds' : 'clears';
    }
  }
}

/** What the sample measured for a rule that holds, and the limit it broke. */
export function reasonFor(rule: QualityRule, sample: QualitySample, thresholds: Thresholds): Reason {
  const limits = thresholds.rules[sample.media];
  switch (rule) {
    case 'mos':
      return measuredReason(rule, sample.mos, limits.mos?.below, sample.mosCauses);
    case 'packet_loss':
      return measuredReason(rule, sample.packetLossPercent, limits.packetLossAbovePercent);
    case 'bitrate':
      return measuredReason(
        rule,
        sample.bitrateKbps,
        limits.bitrate && bitrateLimitKbps(sample, limits.bitrate),
      );
    case 'freeze':
      return measuredReason(rule, isRunningFreeze(sample) ? 1 : sample.freezeRatio, limits.freezeFromRatio);
    case 'experience':
      return measuredReason(rule, sample.experience, limits.experience?.below, sample.experienceCauses);
    case 'outage':
      return { rule };
  }
}

function judgeScore(score: number | undefined, limits: ScoreLimits | undefined): Condition {
  if (limits === undefined) return 'off';
  if (score === undefined) return 'neither';
  if (score < limits.below) return 'holds';
  return score > limits.recoverAbove ? 'clears' : 'neither';
}

/** Where it is known what a picture usually takes, a small one is not bad for being small. */
function bitrateLimitKbps(
  { usualBitrateKbps }: QualitySample,
  { belowKbps, ofUsualRatio, floorKbps }: BitrateLimits,
): number {
  if (usualBitrateKbps === undefined) return belowKbps;
  return Math.min(belowKbps, Math.max(floorKbps, ofUsualRatio * usualBitrateKbps));
}

/** Where no ratio is told, frames that come again are the end of a freeze that was seen by their standing still. */
function judgeFreeze(sample: QualitySample, fromRatio: number): Condition {
  if (isRunningFreeze(sample)) return 'holds';
  if (sample.freezeRatio !== undefined) return sample.freezeRatio >= fromRatio ? 'holds' : 'clears';
  return sample.framesPerSecond !== undefined && sample.framesPerSecond > 0 ? 'clears' : 'neither';
}

/**
 * Frames stand still while bytes flow: a freeze that the browser's own counter shows only when it is over. Of a camera
 * only: a shared screen that nobody touches has no new frames either.
 */
function isRunningFreeze(sample: QualitySample): boolean {
  return (
    sample.media === 'camera' &&
    sample.framesPerSecond === 0 &&
    sample.bitrateKbps !== undefined &&
    sample.bitrateKbps > 0
  );
}

/**
 * Whether nothing arrives: as the sample says; else no byte, after earlier traffic, and no frame that would contradict it.
 * The latter of a camera only, since a screen at rest and a silent voice may send nothing for good reasons.
 */
function isOutage(sample: QualitySample, context: SampleContext): boolean | undefined {
  const { outage, bitrateKbps, framesPerSecond = 0, media } = sample;
  if (outage !== undefined) return outage;
  if (bitrateKbps === undefined) return undefined;
  if (bitrateKbps > 0) return false;
  return media === 'camera' ? context.hadTraffic && framesPerSecond === 0 : undefined;
}
