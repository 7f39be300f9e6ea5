// What a client gets that asks now and then instead of listening: of each session the newest sample and the newest
// session event, each where it is asked for. One that ended is there with its end until it is forgotten, for a client that
// never hears of an end must take it for a silence.
import type { Clock } from '../../collector/clock.ts';
import type { RecordFilter } from '../../receiver/filter-expression/compile.ts';
import type { GuideEvent } from '../../receiver/guide-event/encode.ts';
import { placeText } from '../sessions/epoch.ts';
import type { LiveSession, QualityRecord } from '../sessions/live-session.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import { searchSessions } from '../sessions/session-search.ts';

export interface LatestOptions {
  readonly passes: RecordFilter;
  readonly afterNumber: number;
  /** How many sessions. */
  readonly limit: number;
  readonly epoch: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  show(record: QualityRecord): GuideEvent;
}

export interface LatestEvents {
  readonly entities: readonly GuideEvent[];
  readonly next?: string;
}

export async function latestEvents(
  sessions: LiveSessions,
  { passes, afterNumber, limit, epoch, clock, signal, show }: LatestOptions,
): Promise<LatestEvents> {
  const newestOf = (session: LiveSession) => newestRecords(session).filter(passes);
  const { found, nextAfter } = await searchSessions(sessions, {
    afterNumber,
    limit,
    countsAll: false,
    clock,
    signal,
    matches: (session) => newestRecords(session).some(passes),
    show: (session) => newestOf(session).map(show),
  });
  return {
    entities: found.flat(),
    ...(nextAfter !== undefined && { next: placeText(epoch, nextAfter) }),
  };
}

/** In the order in which they happened. */
function newestRecords({ sample, event, hasEnded }: LiveSession): QualityRecord[] {
  const records: (QualityRecord | undefined)[] = hasEnded ? [event] : [sample, event];
  return records
    .filter((record) => record !== undefined)
    .sort((one, other) => one.observedAtMs - other.observedAtMs);
}
