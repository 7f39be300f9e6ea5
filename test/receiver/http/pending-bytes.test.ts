import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PendingBytes } from '../../../receiver/http/pending-bytes.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

describe('PendingBytes', () => {
  it('takes up to its bound, and again what was released', () => {
    const pending = new PendingBytes(100, new VirtualClock());
    assert.ok(pending.take(60));
    assert.ok(pending.take(40));
    assert.ok(!pending.take(1));
    assert.equal(pending.bytes, 100);
    pending.release(40);
    assert.ok(pending.hasRoomFor(40));
    assert.ok(!pending.hasRoomFor(41));
  });

  it('says to come back when half of it will be gone at the rate of the last seconds', () => {
    const clock = new VirtualClock();
    const pending = new PendingBytes(1_000_000, clock);
    // 10 kB a second for a minute.
    for (let second = 0; second < 60; second += 1) {
      pending.take(10_000);
      clock.advance(1_000);
      pending.release(10_000);
    }
    pending.take(100_000);
    const waitMs = pending.retryAfterMs();
    assert.ok(waitMs > 4_000 && waitMs < 6_000, String(waitMs));
  });

  it('says half a minute when nothing moves', () => {
    const clock = new VirtualClock();
    const pending = new PendingBytes(1_000, clock);
    assert.equal(pending.retryAfterMs(), 30_000);
    pending.take(1_000);
    assert.equal(pending.retryAfterMs(), 30_000);
    pending.release(10);
    clock.advance(3_600_000);
    assert.equal(pending.retryAfterMs(), 30_000);
  });
});
