// What a seed makes of a day: who is in a call and how it goes, when whole edges fail, when destinations are ill, when
// the disk is full, and where the process dies. The last hour is left in peace.
import { AILMENTS, type Ailment, type Illness } from './stand-in.ts';
import { Seeded } from '../kill/seeded.ts';
import { START_MS } from '../support/timeline.ts';
import type { Dimensions } from '../../receiver/sample.ts';
import { INTERVAL_MS, LifeWriter, writeLife, type SessionLife } from './session-life.ts';

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];

export const DAY_END_MS = START_MS + 24 * HOUR_MS;
/** From here on nothing goes wrong any more. */
export const PEACE_FROM_MS = DAY_END_MS - HOUR_MS;
/** The last calls begin so early that they are over by then. */
const LAST_BURST_MS = PEACE_FROM_MS - 75 * MINUTE_MS;

const EDGES = 6;

/** Named places at which the product can be ended, and those of the disk. */
export const PLACES = [
  'processor.decided',
  'outbox.before-commit',
  'outbox.committed',
  'outbox.before-checkpoint',
  'outbox.checkpointed',
  'escalation.before-commit',
  'escalation.committed',
  'delivery.before-attempt',
  'delivery.attempted',
  'delivery.settled',
  'disk.before-commit',
  'disk.committed',
] as const;

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From `atMs` on, at the place's `countdown`-th passing; without a place, at that time. */
export interface PlannedDeath {
  readonly atMs: number;
  readonly place?: string;
  readonly countdown: number;
  readonly downMs: number;
}

/** While it lasts, nothing is told of what is wrong at the edge. */
export interface PlannedSilence extends Interval {
  readonly edge: string;
}

export interface DayPlan {
  readonly sessions: readonly SessionLife[];
  readonly webhookIllnesses: readonly Illness[];
  readonly chatIllnesses: readonly Illness[];
  readonly mailIllnesses: readonly Illness[];
  readonly silences: readonly PlannedSilence[];
  readonly fullDisk: readonly Interval[];
  readonly deaths: readonly PlannedDeath[];
  readonly cleanRestartsMs: readonly number[];
}

export function planDay(seed: number): DayPlan {
  const random = new Seeded(seed, 'bursts');
  const burstsMs = Array.from({ length: random.whole(2, 4) }, () => random.whole(START_MS, LAST_BURST_MS));
  burstsMs.sort((one, other) => one - other);
  const failuresMs = burstsMs.filter(() => random.chance(0.15)).map((burstMs) => burstMs + 5 * MINUTE_MS);
  const near = (stream: Seeded) =>
    stream.pick(burstsMs) + stream.whole(-3, 15) * MINUTE_MS + stream.whole(0, 59_999);
  const fullDisk = planFullDisk(new Seeded(seed, 'disk full'), near);
  return {
    sessions: planSessions(new Seeded(seed, 'sessions'), burstsMs, failuresMs),
    webhookIllnesses: planIllnesses(new Seeded(seed, 'webhook'), [1, 4], near, failuresMs),
    chatIllnesses: planIllnesses(new Seeded(seed, 'chat'), [0, 2], near, failuresMs),
    mailIllnesses: planIllnesses(new Seeded(seed, 'mail'), [0, 1], near, []),
    silences: planSilences(new Seeded(seed, 'silences'), near),
    fullDisk,
    deaths: planDeaths(new Seeded(seed, 'deaths'), near, fullDisk),
    cleanRestartsMs: planRestarts(new Seeded(seed, 'restarts'), near),
  };
}

type Near = (random: Seeded) => number;

function planSessions(
  random: Seeded,
  burstsMs: readonly number[],
  failuresMs: readonly number[],
): readonly SessionLife[] {
  const sessions: SessionLife[] = [];
  for (const burstMs of burstsMs) {
    for (let left = random.whole(3, 8); left > 0; left -= 1) {
      const startMs = burstMs + random.whole(0, 240_000);
      const writer = new LifeWriter(`s-${sessions.length + 1}`, startMs, dimensionsOf(random), random);
      sessions.push(writeLife(writer, random));
    }
  }
  for (const failsMs of failuresMs) {
    const count = random.chance(0.04) ? random.whole(60, 200) : random.whole(12, 28);
    const firstNumber = sessions.length + 1;
    sessions.push(...planEdgeFailure(random, failsMs, count, (index) => `s-${firstNumber + index}`));
  }
  return sessions;
}

function planEdgeFailure(
  random: Seeded,
  failsMs: number,
  count: number,
  idOf: (index: number) => string,
): SessionLife[] {
  const shared = dimensionsOf(random);
  const badCount = random.whole(10, 40);
  return Array.from({ length: count }, (_, index) => {
    const goodCount = random.whole(2, 6);
    const startMs = failsMs - goodCount * INTERVAL_MS + random.whole(0, 25_000);
    const dimensions = { ...dimensionsOf(random), edge: shared.edge!, region: shared.region! };
    const writer = new LifeWriter(idOf(index), startMs, dimensions, random).good(goodCount);
    // Some are not better when the edge is.
    writer.bad(random.chance(0.8) ? badCount : badCount + random.whole(10, 40));
    if (random.chance(0.8)) writer.good(random.whole(7, 10));
    return writer.event('ended').life();
  });
}

function dimensionsOf(random: Seeded): Dimensions {
  const number = random.whole(1, EDGES);
  return { edge: edgeOf(number), region: number <= 3 ? 'eu-1' : 'eu-2', site: `site-${random.whole(1, 9)}` };
}

function edgeOf(number: number): string {
  return `fra-${number}`;
}

/** Some of them when an edge fails: it is then that destinations matter. */
function planIllnesses(
  random: Seeded,
  [least, most]: readonly [number, number],
  near: Near,
  failuresMs: readonly number[],
): Illness[] {
  const atFailures = failuresMs
    .filter(() => random.chance(0.4))
    .map((failsMs) => ({
      ailment: random.pick(AILMENTS),
      ...during(failsMs + random.whole(-60, 180) * 1_000, random.whole(60, 1_200) * 1_000),
    }));
  const others = Array.from({ length: random.whole(least, most) }, () => {
    const ailment: Ailment = random.pick(AILMENTS);
    return { ailment, ...during(near(random), lengthOf(random)) };
  });
  return [...atFailures, ...others];
}

/** Mostly minutes, now and then hours. */
function lengthOf(random: Seeded): number {
  const sort = random.fraction();
  if (sort < 0.5) return random.whole(1, 10) * MINUTE_MS;
  if (sort < 0.93) return random.whole(10, 60) * MINUTE_MS;
  return random.whole(60, 300) * MINUTE_MS;
}

function planSilences(random: Seeded, near: Near): PlannedSilence[] {
  if (!random.chance(0.3)) return [];
  return [{ edge: edgeOf(random.whole(1, EDGES)), ...during(near(random), random.whole(5, 60) * MINUTE_MS) }];
}

function planFullDisk(random: Seeded, near: Near): Interval[] {
  if (!random.chance(0.4)) return [];
  return [during(near(random), random.whole(10, 480) * 1_000)];
}

/** Some of them while the disk is full: what was promised then must have been written before. */
function planDeaths(random: Seeded, near: Near, fullDisk: readonly Interval[]): PlannedDeath[] {
  const others = Array.from({ length: random.whole(1, 6) }, () => ({
    atMs: near(random),
    ...(random.chance(0.9) && { place: random.pick(PLACES) }),
    countdown: random.whole(1, 6),
    downMs: downtimeOf(random),
  }));
  const whileFull = fullDisk
    .filter(() => random.chance(0.5))
    .map(({ fromMs, toMs }) => ({
      atMs: random.whole(fromMs, toMs),
      countdown: 1,
      downMs: downtimeOf(random),
    }));
  return [...others, ...whileFull];
}

function planRestarts(random: Seeded, near: Near): number[] {
  return random.chance(0.4) ? [near(random)] : [];
}

/** Mostly seconds, as a supervisor takes them; now and then somebody has to come. */
export function downtimeOf(random: Seeded): number {
  const sort = random.fraction();
  if (sort < 0.75) return random.whole(500, 10_000);
  if (sort < 0.96) return random.whole(10, 120) * 1_000;
  return random.whole(2, 30) * MINUTE_MS;
}

function during(fromMs: number, lengthMs: number): Interval {
  const atMs = Math.max(START_MS, fromMs);
  return { fromMs: atMs, toMs: Math.min(atMs + lengthMs, PEACE_FROM_MS) };
}
