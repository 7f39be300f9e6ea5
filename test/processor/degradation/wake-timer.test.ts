import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { WakeTimer } from '../../../processor/degradation/wake-timer.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const START_MS = 10_500;

describe('the wake timer', () => {
  let clock: VirtualClock;
  let wokenAtMs: number[];
  let timer: WakeTimer;

  beforeEach(() => {
    clock = new VirtualClock(START_MS);
    wokenAtMs = [];
    timer = new WakeTimer(clock, 1_000, () => wokenAtMs.push(clock.nowMs()));
  });

  it('wakes once, at the next whole second after what is due', () => {
    timer.set(12_300);
    clock.advance(60_000);
    assert.deepEqual(wokenAtMs, [13_000]);
  });

  it('wakes at a whole second exactly', () => {
    timer.set(13_000);
    clock.advance(60_000);
    assert.deepEqual(wokenAtMs, [13_000]);
  });

  it('looks at what is overdue within a second, and not at once', () => {
    timer.set(1);
    assert.equal(clock.nextDueMs(), 11_000);
  });

  it('keeps one timer: the last that was set', () => {
    timer.set(20_000);
    timer.set(15_000);
    timer.set(30_000);
    clock.advance(60_000);
    assert.deepEqual(wokenAtMs, [30_000]);
  });

  it('sleeps when nothing is due', () => {
    timer.set(20_000);
    timer.set(Infinity);
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('does not ask for more than a timer can wait', () => {
    timer.set(START_MS + 30 * 24 * 3_600_000);
    assert.ok(clock.nextDueMs()! - START_MS < 2 ** 31);
  });
});
