// The timestamp of a stats object. W3C says milliseconds since the Unix epoch, with a fraction; Android writes
// microseconds, and old Safari seconds. They are told apart by magnitude. Times since the start of the page are none.
import { parseEventTime } from '../guide-event/event-time.ts';

const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

/**
 * Milliseconds since the Unix epoch, with their fraction, since intervals are measured by it; undefined when `value`
 * is no time between the years 2000 and 2100 in any of the units.
 */
export function statTimeMs(value: unknown): number | undefined {
  if (typeof value !== 'number') {
    const timeMs = typeof value === 'string' ? parseEventTime(value) : undefined;
    return timeMs !== undefined && isPlausible(timeMs) ? timeMs : undefined;
  }
  return [value, value * 1_000, value / 1_000, value / 1_000_000].find(isPlausible);
}

function isPlausible(timeMs: number): boolean {
  return timeMs >= EARLIEST_MS && timeMs < LATEST_MS;
}
