// How long everything takes: the two phases of the benchmark as numbers. Pure; milliseconds since the start of a phase.
import { drawEpisodes, Schedule, type Wave } from './schedule.ts';

export interface Options {
  readonly sessionCount: number;
  readonly degradedCount: number;
  readonly seed: number;
  /** Short, for trying. */
  readonly isQuick: boolean;
}

/** The hold, and the recovery, and what either side may need beyond that until it has told of it, or tried to. */
const DECIDED_WITHIN_MS = 30_000 + 15_000;
/** Longer than the hold, and than what comes before it on either side. */
const DEGRADED_MS = { leastMs: 60_000, mostMs: 75_000 };

export interface LatencyPlan {
  readonly schedule: Schedule;
  /** What is compiled or allocated for the first time is no part of the cost. */
  readonly costFromMs: number;
  readonly endMs: number;
}

/** The receiver is there; what is measured is how soon it is told, and what that costs. */
export function latencyPlan({ sessionCount, degradedCount, seed, isQuick }: Options): LatencyPlan {
  const costFromMs = isQuick ? 15_000 : 40_000;
  const wave: Wave = {
    count: degradedCount,
    fromMs: costFromMs,
    spreadMs: isQuick ? 15_000 : 60_000,
    ...DEGRADED_MS,
  };
  return {
    schedule: new Schedule(sessionCount, drawEpisodes(seed, sessionCount, [wave])),
    costFromMs,
    endMs: wave.fromMs + wave.spreadMs + wave.mostMs + DECIDED_WITHIN_MS,
  };
}

export interface OutagePlan {
  readonly schedule: Schedule;
  /** The receiver is down until then. */
  readonly backAtMs: number;
  /** Who is told nothing until then, is told nothing. */
  readonly endMs: number;
  /** Episodes from here on are of the late wave; those before it, of the early one. */
  readonly firstLate: number;
  /** Alertmanager's default, and one that is kinder elsewhere. */
  readonly groupIntervals: readonly string[];
}

/**
 * The receiver is down from before the first degradation until after all have recovered. A notification is tried by
 * Alertmanager for `group_interval`, so it matters for how long it has waited: the early wave has for longer when the
 * receiver is back, the late one has not.
 */
export function outagePlan({ sessionCount, degradedCount, seed, isQuick }: Options): OutagePlan {
  const groupIntervalMs = isQuick ? 120_000 : 300_000;
  const spreadMs = 15_000;
  const [leastMs, mostMs] = [60_000, 65_000];
  const firstLate = Math.ceil(degradedCount / 2);
  const early: Wave = { count: firstLate, fromMs: 10_000, spreadMs, leastMs, mostMs };
  const backAtMs = early.fromMs + spreadMs + DECIDED_WITHIN_MS + groupIntervalMs + 20_000;
  const late: Wave = {
    count: degradedCount - firstLate,
    fromMs: backAtMs - spreadMs - mostMs - DECIDED_WITHIN_MS - 5_000,
    spreadMs,
    leastMs,
    mostMs,
  };
  return {
    schedule: new Schedule(sessionCount, drawEpisodes(seed + 1, sessionCount, [early, late])),
    backAtMs,
    endMs: backAtMs + (isQuick ? 120_000 : 180_000),
    firstLate,
    groupIntervals: [`${groupIntervalMs / 60_000}m`, '30s'],
  };
}
