import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { systemClock } from '../../collector/clock.ts';

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;

/** Hour by hour: what is set in the midst of one is counted from its end. */
function passHours(count: number): void {
  for (let hour = 0; hour < count; hour++) mock.timers.tick(HOUR_MS);
}

/** After how many whole days something that is called was called. */
function daysOfCalls(start: (call: () => void) => void, days: number): number[] {
  const found: number[] = [];
  let hours = 0;
  start(() => found.push(Math.floor(hours / HOURS_PER_DAY)));
  for (; hours <= days * HOURS_PER_DAY; hours++) passHours(1);
  return found;
}

describe('the real clock', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
  afterEach(() => mock.timers.reset());

  // Node's own timers end at once when they are to take more than 24 days.
  for (const waitDays of [1, 24, 25, 60]) {
    const waitMs = waitDays * HOURS_PER_DAY * HOUR_MS - 3 * HOUR_MS;

    it(`waits for ${waitDays} days, once`, () => {
      const days = daysOfCalls((call) => systemClock.after(waitMs, call), 3 * waitDays);
      assert.deepEqual(days, [waitDays - 1]);
    });

    it(`comes round every ${waitDays} days`, () => {
      const days = daysOfCalls((call) => systemClock.every(waitMs, call), 2 * waitDays);
      assert.deepEqual(days, [waitDays - 1, 2 * waitDays - 1]);
    });

    it(`is cancelled within ${waitDays} days, also when it has come round`, () => {
      const calls: string[] = [];
      const once = systemClock.after(waitMs, () => calls.push('once'));
      const round = systemClock.every(waitMs, () => calls.push('round'));
      passHours(waitDays * HOURS_PER_DAY - 4);
      once.cancel();
      passHours(4);
      round.cancel();
      passHours(3 * waitDays * HOURS_PER_DAY);
      assert.deepEqual(calls, ['round']);
    });
  }
});
