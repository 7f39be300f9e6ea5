// For how long the picture of one stream stood still, while it stands and afterwards. Pure.
//
// The browser adds a freeze to its counters only when the next frame comes. Until then a freeze is seen in frames that are
// flat while bytes flow, and told at once: the whole interval. When the counter catches up, what was told of that freeze is
// taken off, and the rest is spread back over the recent window: newest interval first, none beyond its own length.
//
// A sample that was sent can't be changed. The head of a freeze lies in an interval whose sample said nothing of it, so its
// time is told by the sample in which it became known, and what is more than that interval is long by the next ones. Sums
// over the samples of a stream are therefore the browser's own totals, and single samples are late by at most the part of a
// freeze that lies in the interval it began in. The sums differ where the browser never credits a picture that stood (a
// sender of one frame in some seconds): the samples told it, the window takes it back; and where a boundary, or the end of
// the stream, comes before the credit or before all of it was told.
//
// Nothing that arrives is no freeze: an interval without bytes is dark, an outage or an idle slot. Browsers credit it as a
// pause afterwards; that, too, is taken off.
import { spreadBack, takeBack, WINDOW_MS, withSlot, type Slot } from './freeze-slots.ts';

export interface PictureInterval {
  readonly lengthMs: number;
  /** Undefined where frames are not counted. */
  readonly frameCount: number | undefined;
  /** Nothing came at all. */
  readonly isDark: boolean;
  /** Dark, and nobody misses it: a receive slot that is not in use. */
  readonly isIdle: boolean;
  /** What the browser's counters of freezes and pauses added; undefined where it has none. */
  readonly creditedMs: number | undefined;
  /** For how many of them; undefined where they are not counted. */
  readonly creditCount: number | undefined;
}

/** From when on a picture that stands is frozen: what shows text may rest. */
export interface StillnessLimits {
  /** While it stands. */
  readonly runningMs: number;
  /** When the browser credits it, on average of the freezes that it credits at one time. */
  readonly creditedMs: number;
}

export interface FreezeWindow {
  /** The last 10 s of intervals, the newest last. */
  readonly slots: readonly Slot[];
  /** How long the picture has been standing while bytes flow, in whole intervals. */
  readonly runningMs: number;
  /** Of the stillness that the browser has not credited yet: what was told as freeze, and what was dark. */
  readonly uncreditedMs: number;
  readonly darkMs: number;
  /** Whether a part of it was an idle slot: then its credit is nobody's freeze. */
  readonly wasIdle: boolean;
  /** Whether the last interval had no new frame. */
  readonly wasStill: boolean;
  /** Credited, and not told by a sample yet. */
  readonly untoldMs: number;
}

export const CLEAR_WINDOW: FreezeWindow = {
  slots: [],
  runningMs: 0,
  uncreditedMs: 0,
  darkMs: 0,
  wasIdle: false,
  wasStill: false,
  untoldMs: 0,
};

export interface FreezeVerdict {
  readonly window: FreezeWindow;
  /** What the sample of this interval tells, 0–1; undefined when nothing is known, or when nothing arrived. */
  readonly freezeRatio: number | undefined;
}

/** Adds one interval. */
export function addInterval(
  before: FreezeWindow,
  interval: PictureInterval,
  limits: StillnessLimits,
): FreezeVerdict {
  const { lengthMs, frameCount, isDark, isIdle, creditedMs } = interval;
  const isStill = isDark || frameCount === 0;
  const runningMs = isStill && !isDark ? before.runningMs + lengthMs : 0;
  const isFrozen = runningMs > 0 && runningMs >= limits.runningMs;
  const slot = { lengthMs, frozenMs: isFrozen ? lengthMs : 0, isDark };
  const window = settle({ ...before, slots: withSlot(before.slots, slot) }, interval, isStill, limits);
  if (isStill) {
    return {
      window: {
        ...window,
        runningMs,
        uncreditedMs: window.uncreditedMs + slot.frozenMs,
        darkMs: window.darkMs + (isDark ? lengthMs : 0),
        wasIdle: window.wasIdle || isIdle,
        wasStill: true,
      },
      freezeRatio: isFrozen ? 1 : undefined,
    };
  }
  const toldMs = Math.min(window.untoldMs, lengthMs);
  return {
    window: { ...window, runningMs, wasStill: false, untoldMs: window.untoldMs - toldMs },
    freezeRatio: creditedMs === undefined ? undefined : toldMs / lengthMs,
  };
}

/** Reckons a credit up against the stillness that it is for. */
function settle(
  window: FreezeWindow,
  { creditedMs, creditCount }: PictureInterval,
  isStill: boolean,
  limits: StillnessLimits,
): FreezeWindow {
  const { uncreditedMs, darkMs, wasIdle, wasStill } = window;
  // Without a counter, what was seen of a freeze is all that will ever be known of it.
  if (creditedMs === undefined) return isStill ? window : closed(window);
  if (creditedMs === 0) {
    // The counter may lag behind the first new frame by one reading. After that there is no credit to come.
    if (isStill || wasStill || uncreditedMs + darkMs === 0) return window;
    return { ...closed(window), slots: takeBack(window.slots, uncreditedMs) };
  }
  // Many short ones are no long one: a browser takes the first gaps of a picture that comes to rest for freezes.
  const isFreeze = !wasIdle && creditedMs / Math.max(creditCount ?? 1, 1) >= limits.creditedMs;
  // What is not told yet began in the interval before the stillness and ended in this one.
  const mostMs = Math.max(WINDOW_MS, 2 * (window.slots.at(-1)?.lengthMs ?? 0));
  const newlyMs = isFreeze ? Math.min(creditedMs - uncreditedMs - darkMs, mostMs) : 0;
  const slots =
    newlyMs >= 0
      ? spreadBack(window.slots, newlyMs)
      : takeBack(window.slots, Math.min(-newlyMs, uncreditedMs));
  return { ...closed(window), slots, untoldMs: window.untoldMs + Math.max(0, newlyMs) };
}

function closed(window: FreezeWindow): FreezeWindow {
  return { ...window, uncreditedMs: 0, darkMs: 0, wasIdle: false };
}
