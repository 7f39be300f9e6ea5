// The recent intervals of one stream, and how much of each its picture stood still. Time can be added to them and taken
// away afterwards. Pure.
import { clamp } from './counter-increase.ts';

export interface Slot {
  readonly lengthMs: number;
  /** Not more than the length. */
  readonly frozenMs: number;
  /** Nothing came: that is no freeze, and has no room for one. */
  readonly isDark: boolean;
}

/** How far back a credit is spread, and how far a viewer remembers. */
export const WINDOW_MS = 10_000;
/** Of a browser that is asked more often than every half second the window is shorter. */
const MAX_SLOTS = 20;

/** The share of the recent time in which the picture stood, 0–1. A window that has just begun counts as if it were full. */
export function recentFrozenRatio(slots: readonly Slot[]): number {
  let [frozenMs, lengthMs] = [0, 0];
  for (const slot of slots) {
    frozenMs += slot.frozenMs;
    lengthMs += slot.lengthMs;
  }
  return frozenMs / Math.max(lengthMs, WINDOW_MS);
}

/** Adds the newest interval, and leaves out what is too old. */
export function withSlot(slots: readonly Slot[], slot: Slot): readonly Slot[] {
  let lengthMs = slot.lengthMs;
  let first = slots.length;
  while (first > 0 && slots.length - first + 1 < MAX_SLOTS) {
    const olderMs = slots[first - 1]!.lengthMs;
    // Timers are never exact: one belongs to the window with which it comes nearest to its length.
    if (lengthMs + olderMs / 2 >= WINDOW_MS) break;
    first -= 1;
    lengthMs += olderMs;
  }
  return [...slots.slice(first), slot];
}

/** Adds frozen time where there is room for it, newest first. What fits nowhere is older than the window. */
export function spreadBack(slots: readonly Slot[], frozenMs: number): readonly Slot[] {
  return change(slots, frozenMs, (slot) => (slot.isDark ? 0 : slot.lengthMs - slot.frozenMs));
}

/** Takes frozen time away, newest first. */
export function takeBack(slots: readonly Slot[], frozenMs: number): readonly Slot[] {
  return change(slots, -frozenMs, (slot) => slot.frozenMs);
}

function change(slots: readonly Slot[], byMs: number, roomOf: (slot: Slot) => number): readonly Slot[] {
  if (byMs === 0) return slots;
  const changed = [...slots];
  let leftMs = Math.abs(byMs);
  for (let index = changed.length - 1; index >= 0 && leftMs > 0; index -= 1) {
    const slot = changed[index]!;
    const partMs = clamp(leftMs, 0, roomOf(slot));
    changed[index] = { ...slot, frozenMs: slot.frozenMs + Math.sign(byMs) * partMs };
    leftMs -= partMs;
  }
  return changed;
}
