// The schedule that both sides get: each session once in an interval, and degradations that begin at times of their own.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { latencyPlan, outagePlan, type Options } from '../../../bench/stack/plan.ts';
import { drawEpisodes, SAMPLE_INTERVAL_MS, Schedule, TICK_MS } from '../../../bench/stack/schedule.ts';

const TICKS = SAMPLE_INTERVAL_MS / TICK_MS;
const WAVE = { count: 300, fromMs: 40_000, spreadMs: 60_000, leastMs: 60_000, mostMs: 75_000 };

describe('the schedule', () => {
  it('samples each session once in an interval, and in the same tick of the next', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: 500 }), (count, first) => {
        const schedule = new Schedule(count, []);
        const ticks = Array.from({ length: TICKS }, (_, tick) => schedule.sessionsOf(first + tick));
        const all = ticks.flat().toSorted((one, other) => one - other);
        assert.deepEqual(
          all,
          Array.from({ length: count }, (_, session) => session),
        );
        assert.deepEqual(schedule.sessionsOf(first), schedule.sessionsOf(first + TICKS));
      }),
    );
  });

  it('spreads the sessions evenly over the ticks', () => {
    const schedule = new Schedule(10_000, []);
    for (let tick = 0; tick < TICKS; tick++) assert.equal(schedule.sessionsOf(tick).length, 10_000 / TICKS);
  });

  it('has a session degraded from the beginning of its episode until before its end', () => {
    const schedule = new Schedule(3, [{ session: 1, fromMs: 1_000, untilMs: 2_000 }]);
    const at = (session: number) => [999, 1_000, 1_999, 2_000].map((ms) => schedule.isDegraded(session, ms));
    assert.deepEqual(at(1), [false, true, true, false]);
    assert.deepEqual(at(0), [false, false, false, false]);
  });

  it('draws the same from the same seed, and other sessions from another', () => {
    assert.deepEqual(drawEpisodes(1, 10_000, [WAVE]), drawEpisodes(1, 10_000, [WAVE]));
    assert.notDeepEqual(drawEpisodes(1, 10_000, [WAVE]), drawEpisodes(2, 10_000, [WAVE]));
  });

  it('degrades different sessions, at times that are spread and not aligned', () => {
    const episodes = drawEpisodes(1, 300, [WAVE]);
    assert.equal(new Set(episodes.map(({ session }) => session)).size, 300);
    // One in each part of the spread, …
    for (const [index, { fromMs }] of episodes.entries()) {
      assert.equal(Math.floor((fromMs - WAVE.fromMs) / (WAVE.spreadMs / WAVE.count)), index);
    }
    // … but at any time within it.
    assert.ok(new Set(episodes.map(({ fromMs }) => fromMs % 200)).size > 100);
    const lengths = episodes.map(({ fromMs, untilMs }) => untilMs - fromMs);
    assert.ok(Math.min(...lengths) >= WAVE.leastMs && Math.max(...lengths) <= WAVE.mostMs);
  });

  it('refuses more episodes than there are sessions', () => {
    assert.throws(() => drawEpisodes(1, 299, [WAVE]), /more episodes than sessions/);
  });
});

describe('the phases', () => {
  for (const isQuick of [false, true]) {
    const options: Options = { sessionCount: 1_000, degradedCount: 31, seed: 5, isQuick };
    const name = isQuick ? ', when it is quick' : '';

    it(`give each side the time to tell of everything${name}`, () => {
      const { schedule, costFromMs, endMs } = latencyPlan(options);
      assert.equal(schedule.episodes.length, 31);
      for (const { fromMs, untilMs } of schedule.episodes) {
        assert.ok(fromMs >= costFromMs);
        // A degradation that is too short for one of the two would not compare them.
        assert.ok(untilMs - fromMs >= 60_000);
        assert.ok(untilMs + 45_000 <= endMs);
      }
    });

    it(`have the receiver down until all have recovered, some of them since long${name}`, () => {
      const { schedule, backAtMs, endMs, firstLate, groupIntervals } = outagePlan(options);
      const longestMs = Number.parseInt(groupIntervals[0]!) * 60_000;
      for (const [index, { fromMs, untilMs }] of schedule.episodes.entries()) {
        assert.ok(fromMs >= 10_000 && untilMs + 45_000 <= backAtMs);
        // Told of within 45 s by either, and from then on tried for `group_interval`.
        const isGivenUp = fromMs + 45_000 + longestMs < backAtMs;
        const isStillTried = fromMs + 30_000 + longestMs > backAtMs;
        assert.ok(index < firstLate ? isGivenUp : isStillTried, `episode ${index}`);
      }
      assert.equal(firstLate, 16);
      assert.ok(endMs - backAtMs >= 120_000);
    });
  }
});
