// How much of an interval the picture stood still. The browser adds a freeze to its counter only when the next frame
// comes, so a freeze that lasts is seen in flat frames while bytes flow; when the counter catches up, what was already
// told of that freeze is taken off. Pure.

export interface StillInterval {
  readonly elapsedMs: number;
  /** Frames and bytes that were added. */
  readonly frameCount: number;
  readonly byteCount: number;
  /** What the counters of freezes and pauses added; undefined where the browser has none. */
  readonly creditedMs: number | undefined;
}

/** What to remember of a picture that stands, until the browser's counter knows of it. */
export interface StillMemory {
  readonly uncreditedMs: number;
  /** Whether the last interval had no new frame. */
  readonly wasStill: boolean;
}

export const NOT_STILL: StillMemory = { uncreditedMs: 0, wasStill: false };

export interface StillVerdict {
  readonly memory: StillMemory;
  /** 0–1; undefined when nothing is known, or when nothing arrived: that is an outage and no freeze. */
  readonly freezeRatio: number | undefined;
}

export function judgeStillness(memory: StillMemory, interval: StillInterval): StillVerdict {
  const { elapsedMs, frameCount, byteCount, creditedMs } = interval;
  if (frameCount === 0) {
    return {
      memory: { uncreditedMs: memory.uncreditedMs + elapsedMs, wasStill: true },
      freezeRatio: byteCount > 0 ? 1 : undefined,
    };
  }
  if (creditedMs === undefined) return { memory: NOT_STILL, freezeRatio: undefined };
  const newlyStillMs = Math.max(0, creditedMs - memory.uncreditedMs);
  // The counter may lag behind the first new frame by one reading.
  const awaitsCredit = creditedMs === 0 && memory.wasStill;
  return {
    memory: awaitsCredit ? { uncreditedMs: memory.uncreditedMs, wasStill: false } : NOT_STILL,
    freezeRatio: Math.min(newlyStillMs / elapsedMs, 1),
  };
}
