// The configuration keys that the sources of the past have in common.
import { duration } from '../../collector/config/fields.ts';

/** Answers are kept for so long: asking more often would be answered by the same. */
const SHORTEST_MS = 60_000;

/** How often to ask about the past. */
export function historicalPollInterval() {
  return duration().refine((value) => value.ms >= SHORTEST_MS, {
    error: 'must be at least 1m: answers about the past are kept for so long',
  });
}

/** How late the past is. */
export function lag() {
  return duration()
    .prefault('30m')
    .describe('How late the platform knows what has happened. Nothing younger is asked for.');
}
