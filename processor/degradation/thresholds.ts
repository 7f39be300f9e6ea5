// The limits and times of the degradation rules, as the pure files read them. The schemas in factory.ts and
// rule-config.ts give the defaults; times are event time unless a name says otherwise.
import type { Media } from '../../receiver/sample.ts';

/** How the samples since t0 confirm a candidate once the hold is over. */
export type ConfirmMode = 'fraction' | 'latest' | 'sustained';

/** Of a score from 1 to 5: bad below the one, good above the other, and between the two as it was. */
export interface ScoreLimits {
  readonly below: number;
  readonly recoverAbove: number;
}

export interface MosLimits extends ScoreLimits {
  readonly criticalBelow: number;
}

export interface BitrateLimits {
  readonly belowKbps: number;
  /** Where it is known what is usual: only below this share of it, 0–1, … */
  readonly ofUsualRatio: number;
  /** … or below this, whatever is usual; never above `belowKbps`, though. */
  readonly floorKbps: number;
}

/** The limits of the rules for one medium. What is undefined is switched off, or makes no sense for the medium. */
export interface RuleLimits {
  readonly mos: MosLimits | undefined;
  readonly packetLossAbovePercent: number | undefined;
  readonly bitrate: BitrateLimits | undefined;
  /** Bad from exactly this ratio on. */
  readonly freezeFromRatio: number | undefined;
  readonly experience: ScoreLimits | undefined;
  readonly judgesOutage: boolean;
}

/** So many openings of one category within this time, both included, are flapping … */
export interface FlappingLimits {
  readonly openingCount: number;
  readonly withinMs: number;
  /** … until there has been none for this long. */
  readonly stableForMs: number;
}

export interface Thresholds {
  readonly holdMs: number;
  readonly confirm: ConfirmMode;
  /** Of the judged samples since t0, how many must be bad; 0–1. Read by `confirm: fraction`. */
  readonly minBadFraction: number;
  /** A candidate that has been clear for this long is dropped before its hold is over. */
  readonly dropAfterClearMs: number;
  readonly recoverForMs: number;
  readonly dedupWindowMs: number;
  /** Undefined when it is switched off. */
  readonly flapping: FlappingLimits | undefined;
  /** Silence that makes a gap: three sampling intervals. */
  readonly gapAfterMs: number;
  /** Silence after which a session is forgotten. */
  readonly forgetAfterMs: number;
  readonly rules: Readonly<Record<Media, RuleLimits>>;
  readonly environment: string;
}

/** The sampling interval that `gapAfterMs` stands for three of: what one missing sample is counted by. */
export function samplingIntervalMs(thresholds: Thresholds): number {
  return thresholds.gapAfterMs / 3;
}
