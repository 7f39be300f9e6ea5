// The arithmetic that every derivation stands on: what a counter added, and whether a number is possible at all. Pure.

/** Jitter and round trip beyond this are no measurement: the sender has mistaken the unit. As the event decoder has it. */
export const MAX_MS = 1e6;

/** What was added between two readings, negative when the counter fell; undefined where either of them lacks it. 0 is a value. */
export function increase(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? undefined : now - before;
}

/** The same, and undefined when the counter fell. */
export function growth(before: number | undefined, now: number | undefined): number | undefined {
  const added = increase(before, now);
  return added !== undefined && added >= 0 ? added : undefined;
}

/** Undefined for what can't be measured: negative, not finite, or beyond `maximum`. */
export function possible(value: number | undefined, maximum: number): number | undefined {
  return value !== undefined && value >= 0 && value <= maximum ? value : undefined;
}

/** `value`, but not less than `low` and not more than `high`. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
