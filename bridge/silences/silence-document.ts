// A silence as the API shows it. Pure.
import { stateAt, type Silence } from './silence.ts';
import type { Tally } from './tallies.ts';

export function silenceDocument(silence: Silence, tally: Tally | undefined, nowMs: number): object {
  const { id, origin, matchers, author, comment, createdAtMs, updatedAtMs } = silence;
  return {
    id,
    state: stateAt(silence, nowMs),
    origin,
    matchers,
    starts_at: isoTime(silence.startsAtMs),
    ends_at: isoTime(silence.endsAtMs),
    author,
    comment,
    ...(createdAtMs !== undefined && { created_at: isoTime(createdAtMs) }),
    ...(updatedAtMs !== undefined && { updated_at: isoTime(updatedAtMs) }),
    held_back: {
      count: tally?.count ?? 0,
      ...(tally?.lastAtMs !== undefined && { last_at: isoTime(tally.lastAtMs) }),
    },
  };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
