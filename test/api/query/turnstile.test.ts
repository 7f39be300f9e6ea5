import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turnstile } from '../../../api/query/turnstile.ts';

const never = new AbortController().signal;

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended, end: () => end() };
}

describe('a turnstile', () => {
  it('lets so many in at once, and the first of those who wait next', async () => {
    const turnstile = new Turnstile(1, 2);
    const first = held();
    const order: string[] = [];
    const inside = turnstile.pass(first.work, never).then(() => order.push('first'));
    assert.equal(turnstile.isFull, false);
    const waiting = ['second', 'third'].map((name) =>
      turnstile.pass(() => Promise.resolve(order.push(name)), never),
    );
    assert.equal(turnstile.isFull, true);
    first.end();
    await Promise.all([inside, ...waiting]);
    assert.deepEqual(order.toSorted(), ['first', 'second', 'third']);
    assert.ok(order.indexOf('second') < order.indexOf('third'));
    assert.equal(turnstile.isFull, false);
  });

  it('has the same number of places however often they were handed on', async () => {
    const turnstile = new Turnstile(1, 3);
    let insideCount = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++insideCount);
      await new Promise(setImmediate);
      insideCount -= 1;
    };
    for (let round = 0; round < 3; round++) {
      await Promise.all(Array.from({ length: 4 }, () => turnstile.pass(work, never)));
    }
    assert.equal(most, 1);
  });

  it('does not mind that one who was let in goes later', async () => {
    const turnstile = new Turnstile(1, 2);
    const [first, second] = [held(), held()];
    const controller = new AbortController();
    const inside = turnstile.pass(first.work, never);
    const next = turnstile.pass(second.work, controller.signal);
    let isLastIn = false;
    void turnstile.pass(() => Promise.resolve((isLastIn = true)), never);
    first.end();
    await inside;
    controller.abort();
    second.end();
    await next;
    await new Promise(setImmediate);
    assert.ok(isLastIn);
  });

  it('gives the place of what fails to the next', async () => {
    const turnstile = new Turnstile(1, 1);
    await assert.rejects(
      turnstile.pass(() => Promise.reject(new Error('no')), never),
      /no/,
    );
    assert.equal(await turnstile.pass(() => Promise.resolve(3), never), 3);
  });

  it('lets go of who does not want to wait any more', async () => {
    const turnstile = new Turnstile(1, 1);
    const first = held();
    const inside = turnstile.pass(first.work, never);
    const controller = new AbortController();
    const waiting = turnstile.pass(() => assert.fail('it was not to be done'), controller.signal);
    assert.equal(turnstile.isFull, true);
    controller.abort(new Error('gone'));
    await assert.rejects(waiting, /gone/);
    assert.equal(turnstile.isFull, false);
    await assert.rejects(
      turnstile.pass(() => Promise.resolve(), AbortSignal.abort(new Error('gone before'))),
      /gone before/,
    );
    first.end();
    await inside;
    assert.equal(await turnstile.pass(() => Promise.resolve(3), controller.signal), 3);
  });
});
