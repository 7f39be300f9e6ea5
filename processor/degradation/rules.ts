// The quality rules: what one sample says about each. Pure. A metric that is missing says nothing, and exactly at the
// MOS limits a rule keeps the state it is in.
import type { Reason } from '../../bridge/transition/transition.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import type { Thresholds } from './thresholds.ts';

/** The rules that the quality clock runs on, in the order in which reasons are listed. */
export const QUALITY_RULES = ['mos', 'packet_loss', 'bitrate', 'freeze', 'outage'] as const;

export type QualityRule = (typeof QUALITY_RULES)[number];

/** `neither`: the sample says nothing about the rule, which stays as it is. */
export type Condition = 'holds' | 'clears' | 'neither';

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
  switch (rule) {
    case 'mos':
      if (sample.mos === undefined) return 'neither';
      if (sample.mos < thresholds.mosBelow) return 'holds';
      return sample.mos > thresholds.mosRecoverAbove ? 'clears' : 'neither';
    case 'packet_loss':
      if (sample.packetLossPercent === undefined) return 'neither';
      return sample.packetLossPercent > thresholds.packetLossAbovePercent ? 'holds' : 'clears';
    case 'bitrate':
      if (!showsPicture(sample, context)) return 'clears';
      if (sample.bitrateKbps === undefined) return 'neither';
      return sample.bitrateKbps < thresholds.bitrateBelowKbps ? 'holds' : 'clears';
    case 'freeze':
      if (!showsPicture(sample, context)) return 'clears';
      if (isRunningFreeze(sample)) return 'holds';
      if (sample.freezeRatio === undefined) return 'neither';
      return sample.freezeRatio >= thresholds.freezeAboveRatio ? 'holds' : 'clears';
    case 'outage':
      if (!showsPicture(sample, context)) return 'clears';
      if (isOutage(sample, context)) return 'holds';
      return sample.bitrateKbps === undefined ? 'neither' : 'clears';
  }
}

/** No byte and no frame over the whole interval, after earlier traffic. */
export function isOutage(sample: QualitySample, context: SampleContext): boolean {
  return (
    context.hadTraffic &&
    showsPicture(sample, context) &&
    sample.bitrateKbps === 0 &&
    sample.framesPerSecond === 0
  );
}

/** What the sample measured for a rule that holds, and the limit it broke. */
export function reasonFor(rule: QualityRule, sample: QualitySample, thresholds: Thresholds): Reason {
  switch (rule) {
    case 'mos':
      return reason(rule, sample.mos, thresholds.mosBelow);
    case 'packet_loss':
      return reason(rule, sample.packetLossPercent, thresholds.packetLossAbovePercent);
    case 'bitrate':
      return reason(rule, sample.bitrateKbps, thresholds.bitrateBelowKbps);
    case 'freeze':
      return reason(rule, isRunningFreeze(sample) ? 1 : sample.freezeRatio, thresholds.freezeAboveRatio);
    case 'outage':
      return { rule };
  }
}

/** Frames stand still while bytes flow: a freeze that the browser's own counter shows only when it is over. */
function isRunningFreeze(sample: QualitySample): boolean {
  return sample.framesPerSecond === 0 && sample.bitrateKbps !== undefined && sample.bitrateKbps > 0;
}

/** A camera picture that is meant to move: screen shares rest, audio has none, and a mute is on purpose. */
function showsPicture(sample: QualitySample, context: SampleContext): boolean {
  return sample.media === 'camera' && !context.muted;
}

function reason(rule: QualityRule, value: number | undefined, threshold: number): Reason {
  return value === undefined ? { rule, threshold } : { rule, value, threshold };
}
