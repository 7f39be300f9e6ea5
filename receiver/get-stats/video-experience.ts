// The experience: what a viewer would say of one stream, 1 (bad) to 5 (excellent). 5 minus the costs below, each with a
// name. README.md beside this file has them as a table. Pure.
import type { ExperienceCause } from '../sample.ts';
import { clamp } from './counter-increase.ts';

/** What the costs are computed from. Undefined: not known, or not judged for this kind of stream. */
export interface ExperienceFacts {
  /** Nothing arrives, though it did before. */
  readonly isOutage?: boolean | undefined;
  /** Of the recent time, 0–1. */
  readonly frozenRatio?: number | undefined;
  readonly framesDroppedPercent?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  readonly usualFramesPerSecond?: number | undefined;
  readonly pixels?: number | undefined;
  readonly usualPixels?: number | undefined;
  readonly decodeMsPerFrame?: number | undefined;
  readonly packetLossPercent?: number | undefined;
  readonly cpuLimitedRatio?: number | undefined;
  readonly bandwidthLimitedRatio?: number | undefined;
  readonly concealmentRatio?: number | undefined;
}

export interface Experience {
  /** 1–5. */
  readonly score: number;
  /** The costliest first. */
  readonly causes: readonly ExperienceCause[];
}

const BEST = 5;
/** Down to 1. */
const WORST_COST = 4;
/** A cost below this is not worth naming. */
const LEAST_COST = 0.05;

type Cost = (facts: ExperienceFacts) => number;

const COSTS: readonly (readonly [ExperienceCause, Cost])[] = [
  ['outage', ({ isOutage }) => (isOutage === true ? WORST_COST : 0)],
  // 30 % frozen, which webrtc-issue-detector calls a frozen track, costs 2 points.
  ['freeze', ({ frozenRatio = 0 }) => Math.min(frozenRatio / 0.15, WORST_COST)],
  // ObserveRTC: 1 point from 10 %, 2 from 20 % on.
  ['frames_dropped', ({ framesDroppedPercent = 0 }) => ramp(framesDroppedPercent, 5, 20, 2)],
  ['frame_rate', frameRateCost],
  ['resolution', resolutionCost],
  ['decode_overload', (facts) => (isOverloaded(facts) ? 1 : 0)],
  // ObserveRTC: an issue from 30 % of the interval on, 2 points for a limited track.
  ['cpu_limited', ({ cpuLimitedRatio = 0 }) => ramp(cpuLimitedRatio, 0.3, 1, 2)],
  ['bandwidth_limited', ({ bandwidthLimitedRatio = 0 }) => ramp(bandwidthLimitedRatio, 0.3, 1, 2)],
  // ObserveRTC raises at 3 % and clears at 1 %.
  ['concealment', ({ concealmentRatio = 0 }) => ramp(concealmentRatio, 0.01, 0.1, 3)],
];

/** Of facts that suffice; whether they do is for the caller to say. */
export function scoreExperience(facts: ExperienceFacts): Experience {
  const named: { cause: ExperienceCause; cost: number }[] = [];
  let total = 0;
  for (const [cause, costOf] of COSTS) {
    const cost = costOf(facts);
    total += cost;
    if (cost >= LEAST_COST) named.push({ cause, cost });
  }
  named.sort((left, right) => right.cost - left.cost);
  return {
    score: clamp(BEST - total, BEST - WORST_COST, BEST),
    causes: named.map(({ cause }) => cause),
  };
}

/** rtcscore: 1.9 · ln(expected / actual). Here from a quarter below the usual rate on, and 2.5 at most. */
function frameRateCost({ framesPerSecond, usualFramesPerSecond }: ExperienceFacts): number {
  if (framesPerSecond === undefined || usualFramesPerSecond === undefined) return 0;
  if (usualFramesPerSecond === 0 || framesPerSecond > 0.75 * usualFramesPerSecond) return 0;
  return Math.min(1.9 * Math.log(usualFramesPerSecond / framesPerSecond), 2.5);
}

/** LiveKit: 35 of 100 for a spatial layer, which is a quarter of the pixels. An SFU's switch alone makes nothing bad. */
function resolutionCost({ pixels, usualPixels }: ExperienceFacts): number {
  if (pixels === undefined || usualPixels === undefined || pixels >= usualPixels) return 0;
  return clamp((1.4 * Math.log(usualPixels / pixels)) / Math.log(4), 0, 1.4);
}

/** ObserveRTC: decoding takes over 80 % of the time there is for a frame, frames are dropped, and it isn't the network. */
function isOverloaded(facts: ExperienceFacts): boolean {
  const { decodeMsPerFrame, framesPerSecond, framesDroppedPercent = 0, packetLossPercent = 0 } = facts;
  if (decodeMsPerFrame === undefined || framesPerSecond === undefined || framesPerSecond === 0) return false;
  return (
    decodeMsPerFrame > 0.8 * (1_000 / framesPerSecond) && framesDroppedPercent > 10 && packetLossPercent < 2
  );
}

/** 0 up to `from`, `cost` from `to` on, and a straight line between the two. */
function ramp(value: number, from: number, to: number, cost: number): number {
  return cost * clamp((value - from) / (to - from), 0, 1);
}
