// What time it is by the clocks of the sessions, for what happens to all of them together. Pure.

/** The newest opening that was seen, and when it was seen by the wall clock. */
export interface EventClock {
  readonly atMs: number;
  readonly seenAtMs: number;
}

/** Goes on with the wall clock, and never ahead of it: a session whose clock is fast must not age the others. */
export function eventNowMs(clock: EventClock | undefined, nowMs: number): number {
  if (clock === undefined) return nowMs;
  return Math.min(nowMs, clock.atMs + Math.max(0, nowMs - clock.seenAtMs));
}

export function withEventAt(clock: EventClock | undefined, atMs: number, nowMs: number): EventClock {
  const knownMs = clock === undefined ? -Infinity : eventNowMs(clock, nowMs);
  return { atMs: Math.max(knownMs, Math.min(atMs, nowMs)), seenAtMs: nowMs };
}
