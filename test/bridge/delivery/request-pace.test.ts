import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestPace } from '../../../bridge/delivery/request-pace.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const NEVER = new AbortController().signal;

/** Takes `count` turns at once and gives the times, from the start, at which they came. */
async function turnTimes(pace: RequestPace, clock: VirtualClock, count: number): Promise<readonly number[]> {
  const startMs = clock.nowMs();
  const times: number[] = [];
  const turns = Array.from({ length: count }, () =>
    pace.turn(NEVER).then(() => times.push(clock.nowMs() - startMs)),
  );
  for (;;) {
    // The turn that has come has to be told before time goes on.
    await new Promise((resolve) => setImmediate(resolve));
    const dueMs = clock.nextDueMs();
    if (dueMs === undefined) break;
    clock.advanceTo(dueMs);
  }
  await Promise.all(turns);
  return times;
}

describe('the pace of requests', () => {
  it('lets the first go at once and the others follow, evenly spaced, in their order', async () => {
    const clock = new VirtualClock();
    assert.deepEqual(await turnTimes(new RequestPace(clock, 2), clock, 4), [0, 500, 1_000, 1_500]);
  });

  it('saves up nothing while nobody asks', async () => {
    const clock = new VirtualClock();
    const pace = new RequestPace(clock, 1);
    await pace.turn(NEVER);
    clock.advance(60_000);
    assert.deepEqual(await turnTimes(pace, clock, 3), [0, 1_000, 2_000]);
  });

  it('holds nobody up when there is none', async () => {
    const clock = new VirtualClock();
    assert.deepEqual(await turnTimes(new RequestPace(clock, undefined), clock, 3), [0, 0, 0]);
  });

  it('can be waited for without taking a turn', async () => {
    const clock = new VirtualClock();
    const pace = new RequestPace(clock, 1);
    await pace.untilFree(NEVER);
    await pace.turn(NEVER);
    let isFree = false;
    const waiting = pace.untilFree(NEVER).then(() => (isFree = true));
    // Somebody takes the next turn meanwhile.
    const turn = pace.turn(NEVER);
    clock.advance(1_000);
    await turn;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isFree, false);
    clock.advance(1_000);
    await waiting;
    assert.deepEqual(await turnTimes(pace, clock, 1), [0]);
  });

  it('ends its waits when the process will not wait longer', async () => {
    const clock = new VirtualClock();
    const pace = new RequestPace(clock, 1);
    const stop = new AbortController();
    await pace.turn(stop.signal);
    const waiting = pace.turn(stop.signal);
    const free = pace.untilFree(stop.signal);
    stop.abort();
    await waiting;
    await free;
    await pace.turn(stop.signal);
    assert.equal(clock.nextDueMs(), undefined);
  });
});
