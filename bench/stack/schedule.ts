// Which session is sampled when, and which are degraded from when until when: made once from a seed, for both sides. Pure;
// times are milliseconds since the start of a phase.
import { Seeded } from '../../test/kill/seeded.ts';

export const SAMPLE_INTERVAL_MS = 5_000;
/** What is due within one tick is sent in one request. */
export const TICK_MS = 100;
const TICKS_PER_INTERVAL = SAMPLE_INTERVAL_MS / TICK_MS;

/** A session is degraded in `fromMs` ≤ t < `untilMs`. */
export interface Episode {
  readonly session: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Episodes that begin spread over a time, not at its steps, and last from `leastMs` to `mostMs`. */
export interface Wave {
  readonly count: number;
  readonly fromMs: number;
  readonly spreadMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
}

/** One episode each of sessions that are all different, wave by wave. Throws when there are not so many sessions. */
export function drawEpisodes(seed: number, sessionCount: number, waves: readonly Wave[]): Episode[] {
  const random = new Seeded(seed, 'episodes');
  const chosen = new Set<number>();
  return waves.flatMap(({ count, fromMs, spreadMs, leastMs, mostMs }) =>
    Array.from({ length: count }, (_, index): Episode => {
      if (chosen.size === sessionCount) throw new Error('there are more episodes than sessions');
      let session: number;
      do session = random.whole(0, sessionCount - 1);
      while (chosen.has(session));
      chosen.add(session);
      const startMs = Math.floor(fromMs + ((index + random.fraction()) * spreadMs) / count);
      return { session, fromMs: startMs, untilMs: startMs + random.whole(leastMs, mostMs) };
    }),
  );
}

export class Schedule {
  readonly episodes: readonly Episode[];
  readonly #sessionCount: number;
  readonly #bySession: ReadonlyMap<number, Episode>;

  constructor(sessionCount: number, episodes: readonly Episode[]) {
    this.#sessionCount = sessionCount;
    this.episodes = episodes;
    this.#bySession = new Map(episodes.map((episode) => [episode.session, episode]));
  }

  /** The sessions that are sampled in that tick: each once in an interval, their phases spread evenly. */
  sessionsOf(tick: number): number[] {
    const sessions: number[] = [];
    const first = tick % TICKS_PER_INTERVAL;
    for (let session = first; session < this.#sessionCount; session += TICKS_PER_INTERVAL)
      sessions.push(session);
    return sessions;
  }

  isDegraded(session: number, atMs: number): boolean {
    const episode = this.#bySession.get(session);
    return episode !== undefined && atMs >= episode.fromMs && atMs < episode.untilMs;
  }
}
