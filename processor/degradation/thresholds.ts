// The limits and times of the degradation rules, as the pure files read them. The schema in factory.ts gives the
// defaults; times are event time unless a name says otherwise.

/** How the samples since t0 confirm a candidate once the hold is over. */
export type ConfirmMode = 'fraction' | 'latest' | 'sustained';

export interface Thresholds {
  readonly holdMs: number;
  readonly confirm: ConfirmMode;
  /** Of the judged samples since t0, how many must be bad; 0–1. Read by `confirm: fraction`. */
  readonly minBadFraction: number;
  /** A candidate that has been clear for this long is dropped before its hold is over. */
  readonly dropAfterClearMs: number;
  readonly recoverForMs: number;
  readonly dedupWindowMs: number;
  /** Silence that makes a gap: three sampling intervals. */
  readonly gapAfterMs: number;
  /** Silence after which a session is forgotten. */
  readonly forgetAfterMs: number;
  readonly mosBelow: number;
  readonly mosRecoverAbove: number;
  readonly mosCriticalBelow: number;
  readonly packetLossAbovePercent: number;
  readonly bitrateBelowKbps: number;
  readonly freezeAboveRatio: number;
  readonly environment: string;
}

/** The sampling interval that `gapAfterMs` stands for three of: what one missing sample is counted by. */
export function samplingIntervalMs(thresholds: Thresholds): number {
  return thresholds.gapAfterMs / 3;
}
