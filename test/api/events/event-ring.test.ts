import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventRing } from '../../../api/events/event-ring.ts';
import { qualitySample } from '../../support/quality-sample.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function ringOf(capacity: number, clock = new VirtualClock()) {
  const asked: string[] = [];
  const pseudonymOf = (kind: string, id: string) => {
    asked.push(`${kind} ${id}`);
    return `anon-${id}`;
  };
  return { clock, asked, ring: new EventRing({ clock, capacity, pseudonymOf }) };
}

const numbered = (number: number) => qualitySample({ sessionId: `s-${number}`, mos: 4 });

describe('the ring of events', () => {
  it('keeps the newest by their numbers, as many as it may', () => {
    const { ring } = ringOf(3);
    assert.deepEqual([ring.oldest, ring.newest], [1, 0]);
    for (let number = 1; number <= 10; number++) {
      ring.append([numbered(number)]);
      assert.deepEqual([ring.oldest, ring.newest], [Math.max(1, number - 2), number]);
      for (let kept = ring.oldest; kept <= number; kept++) {
        assert.equal(ring.record(kept).sessionId, `s-${kept}`);
      }
    }
  });

  it('writes an event when it is first asked for it, once in each form', () => {
    const { ring, asked } = ringOf(3);
    let readCount = 0;
    const sample = qualitySample({ agentId: 'agent-7', conversationId: 'c-1' });
    Object.defineProperty(sample, 'mos', { enumerable: true, get: () => void readCount++ });
    ring.append([sample]);
    assert.equal(readCount, 0);
    const text = ring.text(1, 'ids');
    assert.ok(text.includes('"s-1"') && !text.includes('agent'));
    const countOfOnce = readCount;
    assert.equal(ring.text(1, 'ids'), text);
    assert.equal(readCount, countOfOnce);
    const anonymous = ring.text(1, 'pseudonyms');
    assert.deepEqual(JSON.parse(anonymous), {
      ...(JSON.parse(text) as object),
      session: { id: 'anon-s-1' },
      conversation: { id: 'anon-c-1' },
    });
    for (let again = 0; again < 5; again++) ring.text(1, 'pseudonyms');
    assert.deepEqual(asked, ['session s-1', 'conversation c-1']);
    assert.equal(readCount, 2 * countOfOnce);
  });

  it('wakes all who wait at once, a moment after something has come', async () => {
    const { ring, clock } = ringOf(3);
    const woken: string[] = [];
    const { signal } = new AbortController();
    const waiting = ['a', 'b'].map((name) => ring.changed(60_000, signal).then(() => woken.push(name)));
    ring.append([numbered(1)]);
    clock.advance(20);
    ring.append([numbered(2)]);
    await Promise.resolve();
    assert.deepEqual(woken, []);
    clock.advance(30);
    await Promise.all(waiting);
    assert.deepEqual(woken, ['a', 'b']);
    assert.equal(clock.nextDueMs(), undefined, 'no timer is left');
  });

  it('sets no timer when nobody waits, or nothing has come', () => {
    const { ring, clock } = ringOf(3);
    ring.append([numbered(1)]);
    void ring.changed(60_000, new AbortController().signal);
    ring.append([]);
    assert.equal(clock.nextDueMs(), clock.nowMs() + 60_000);
  });

  it('lets go who has waited long enough, and who is called away', async () => {
    const { ring, clock } = ringOf(3);
    const gone = new AbortController();
    const waits = [ring.changed(1_000, new AbortController().signal), ring.changed(9_000, gone.signal)];
    clock.advance(1_000);
    await waits[0];
    gone.abort();
    await waits[1];
    await ring.changed(9_000, gone.signal);
    assert.equal(clock.nextDueMs(), undefined, 'no timer is left');
  });
});
