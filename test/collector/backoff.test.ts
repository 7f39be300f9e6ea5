import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { backoffMs, type BackoffSchedule } from '../../collector/backoff.ts';

const SCHEDULE: BackoffSchedule = {
  initialMs: 1_000,
  multiplier: 2,
  maxMs: 60_000,
  maxRetryAfterMs: 300_000,
};

describe('the wait before the next attempt', () => {
  const rows: [rule: string, failureCount: number, random: number, retryAfterMs: number, waitMs: number][] = [
    ['is half of the first step at the least', 1, 0, 0, 500],
    ['is about all of the first step at the most', 1, 0.999_999, 0, 1_000],
    ['doubles with the second failure', 2, 0, 0, 1_000],
    ['doubles with each further failure', 6, 0.5, 0, 24_000],
    ['stops at the cap', 7, 0.999_999, 0, 60_000],
    ['stays at the cap after very many failures', 1_000_000, 0, 0, 30_000],
    ['takes no failure for the first', 0, 0, 0, 500],
    ['is as long as the destination asks, if that is longer', 1, 0, 20_000, 20_000],
    ['is not shortened by what the destination asks', 7, 0, 5_000, 30_000],
    ['grants the destination no more than the SLA', 1, 0, 86_400_000, 300_000],
  ];
  for (const [rule, failureCount, random, retryAfterMs, waitMs] of rows) {
    it(rule, () => assert.equal(backoffMs(SCHEDULE, failureCount, random, retryAfterMs), waitMs));
  }

  const schedules = fc.record({
    initialMs: fc.integer({ min: 1, max: 120_000 }),
    multiplier: fc.double({ min: 1, max: 10, noNaN: true }),
    maxMs: fc.integer({ min: 1, max: 3_600_000 }),
    maxRetryAfterMs: fc.constant(300_000),
  });
  const counts = fc.integer({ min: 1, max: 100_000 });
  const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('is a whole number of milliseconds, between half of the step and all of it', () => {
    fc.assert(
      fc.property(schedules, counts, randoms, (schedule, count, random) => {
        const waitMs = backoffMs(schedule, count, random);
        const stepMs = Math.min(schedule.maxMs, schedule.initialMs * schedule.multiplier ** (count - 1));
        assert.ok(Number.isSafeInteger(waitMs));
        assert.ok(waitMs >= Math.floor(stepMs / 2) && waitMs <= Math.ceil(stepMs));
      }),
    );
  });

  it('never shrinks from one failure to the next, the luck being the same', () => {
    fc.assert(
      fc.property(schedules, counts, randoms, (schedule, count, random) => {
        assert.ok(backoffMs(schedule, count + 1, random) >= backoffMs(schedule, count, random));
      }),
    );
  });

  it('is never shorter than a Retry-After within the SLA, nor longer than both bounds', () => {
    const wishes = fc.double({ min: 0, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(schedules, counts, randoms, wishes, (schedule, count, random, retryAfterMs) => {
        const waitMs = backoffMs(schedule, count, random, retryAfterMs);
        assert.ok(waitMs >= Math.floor(Math.min(retryAfterMs, 300_000)));
        assert.ok(waitMs <= Math.max(schedule.maxMs, 300_000));
      }),
    );
  });
});
