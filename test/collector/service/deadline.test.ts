import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deadlineIn, settlesInTime } from '../../../collector/service/deadline.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const GRACE_MS = 1_000;

describe('deadlineIn', () => {
  it('aborts when the time is over, and not before', () => {
    const clock = new VirtualClock();
    const { signal } = deadlineIn(clock, 5_000);
    clock.advance(4_999);
    assert.equal(signal.aborted, false);
    clock.advance(1);
    assert.equal(signal.aborted, true);
  });

  it('never aborts once cancelled', () => {
    const clock = new VirtualClock();
    const { signal, cancel } = deadlineIn(clock, 5_000);
    cancel();
    clock.advance(10_000);
    assert.equal(signal.aborted, false);
    assert.equal(clock.nextDueMs(), undefined);
  });
});

describe('settlesInTime', () => {
  function setUp() {
    const clock = new VirtualClock();
    const { signal } = deadlineIn(clock, 5_000);
    const work = Promise.withResolvers<void>();
    return { clock, signal, work };
  }

  it('is true when the work is done before the deadline', async () => {
    const { clock, signal, work } = setUp();
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    work.resolve();
    assert.equal(await outcome, true);
  });

  it('is true when the work is done within the grace after the deadline, and leaves no timer', async () => {
    const { clock, signal, work } = setUp();
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    clock.advance(5_000 + GRACE_MS - 1);
    work.resolve();
    assert.equal(await outcome, true);
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('is false when the grace has passed too', async () => {
    const { clock, signal, work } = setUp();
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    clock.advance(5_000 + GRACE_MS);
    assert.equal(await outcome, false);
  });

  it('gives the whole grace to work that begins after the deadline', async () => {
    const { clock, signal, work } = setUp();
    clock.advance(60_000);
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    clock.advance(GRACE_MS - 1);
    work.resolve();
    assert.equal(await outcome, true);
  });

  it('rejects as the work does', async () => {
    const { clock, signal, work } = setUp();
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    work.reject(new Error('disk full'));
    await assert.rejects(outcome, /disk full/);
  });

  it('ignores how abandoned work ends', async () => {
    const { clock, signal, work } = setUp();
    const outcome = settlesInTime(clock, signal, GRACE_MS, work.promise);
    clock.advance(6_000);
    assert.equal(await outcome, false);
    work.reject(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
