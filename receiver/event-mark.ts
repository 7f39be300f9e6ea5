// How the newest events of a session are remembered, to know one that comes again: a number for each.
import type { SessionEvent, SessionEventType } from './sample.ts';

/** How many events of one session are remembered: more than come between two tries of a sender. */
export const MAX_EVENT_MARKS = 16;

const EVENT_CODES: Readonly<Record<SessionEventType, number>> = {
  connected: 0,
  disconnected: 1,
  network_change: 2,
  muted: 3,
  unmuted: 4,
  ended: 5,
};

/** Instant and type in one number, exact below 2^53. */
export function eventMark({ type, observedAtMs }: SessionEvent): number {
  return observedAtMs * 8 + EVENT_CODES[type];
}
