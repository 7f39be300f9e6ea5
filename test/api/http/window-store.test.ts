import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WindowStore } from '../../../api/http/window-store.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const MINUTE_MS = 60_000;

describe('the counts of a rate limit', () => {
  it('begin anew when their window is over, each key at its own time', async () => {
    const clock = new VirtualClock();
    const store = new WindowStore(MINUTE_MS, clock);
    const startMs = clock.nowMs();
    assert.deepEqual(await store.increment('a'), { totalHits: 1, resetTime: new Date(startMs + MINUTE_MS) });
    clock.advance(MINUTE_MS - 1);
    assert.equal((await store.increment('b')).totalHits, 1);
    assert.equal((await store.increment('a')).totalHits, 2);
    clock.advance(1);
    assert.deepEqual(await store.increment('a'), {
      totalHits: 1,
      resetTime: new Date(startMs + 2 * MINUTE_MS),
    });
    assert.equal((await store.increment('b')).totalHits, 2);
  });

  it('are not remembered long after their window, however many keys come', async () => {
    const clock = new VirtualClock();
    const store = new WindowStore(MINUTE_MS, clock);
    let most = 0;
    for (let count = 0; count < 10_000; count += 1) {
      await store.increment(`key-${count}`);
      most = Math.max(most, store.size);
      clock.advance(600);
    }
    assert.ok(most <= 200, `${most} keys, of which 100 a minute come`);
  });

  it('can be taken back and forgotten', async () => {
    const store = new WindowStore(MINUTE_MS, new VirtualClock());
    await store.increment('a');
    await store.decrement('a');
    await store.decrement('a');
    await store.decrement('nobody');
    assert.equal((await store.increment('a')).totalHits, 1);
    await store.resetKey('a');
    assert.equal((await store.increment('a')).totalHits, 1);
  });
});
