// Looks for sessions in the order of their numbers, from a place on. Every few thousand the event loop gets its turn, so
// that a search through very many doesn't hold up the samples that arrive meanwhile.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Clock } from '../../collector/clock.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';

/** A few milliseconds of work. */
const SESSIONS_PER_TURN = 8_192;

export interface SearchOptions<Found> {
  /** The number behind which the search begins; 0 at the beginning. */
  readonly afterNumber: number;
  /** How many are wanted. */
  readonly limit: number;
  /** To go on behind the limit, and count. */
  readonly countsAll: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Whether the session, which may have ended, is one of those looked for. */
  matches(session: LiveSession): boolean;
  /** What is wanted of it, as it is at that moment. */
  show(session: LiveSession): Found;
}

export interface SearchResult<Found> {
  readonly found: readonly Found[];
  /** Of the last one found; absent when no further one is there. */
  readonly nextAfter?: number;
  /** All that match, when they were counted. */
  readonly total?: number;
}

/** Rejects with the signal's reason when that aborts. */
export async function searchSessions<Found>(
  sessions: LiveSessions,
  { afterNumber, limit, countsAll, clock, signal, matches, show }: SearchOptions<Found>,
): Promise<SearchResult<Found>> {
  const found: Found[] = [];
  let matchCount = 0;
  let lastNumber = afterNumber;
  for (let place = afterNumber; ;) {
    const piece = sessions.after(place, SESSIONS_PER_TURN, clock.nowMs());
    for (const session of piece) {
      if (!matches(session)) continue;
      matchCount += 1;
      if (found.length < limit) {
        found.push(show(session));
        lastNumber = session.number;
      } else if (!countsAll) return { found, nextAfter: lastNumber };
    }
    if (piece.length < SESSIONS_PER_TURN) break;
    place = piece.at(-1)!.number;
    await eventLoopTurn();
    signal.throwIfAborted();
  }
  return {
    found,
    ...(matchCount > limit && { nextAfter: lastNumber }),
    ...(countsAll && { total: matchCount }),
  };
}
