import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Turns } from '../../../api/access/turns.ts';

/** Work that ends when told to, and knows how much of it runs. */
class Bench {
  running = 0;
  most = 0;
  readonly ends: (() => void)[] = [];

  work = async (): Promise<void> => {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    await new Promise<void>((resolve) => this.ends.push(resolve));
    this.running -= 1;
  };
}

describe('turns', () => {
  it('let only so many run at once, and the next when one has ended', async () => {
    const bench = new Bench();
    const turns = new Turns(2, 10);
    const all = Array.from({ length: 5 }, () => turns.take(bench.work)!);
    assert.equal(bench.running, 2);
    while (bench.ends.length > 0) {
      bench.ends.shift()!();
      // Who comes just when a place becomes free doesn't get in before those that wait.
      if (all.length < 8) all.push(turns.take(bench.work)!);
      await new Promise(setImmediate);
    }
    await Promise.all(all);
    assert.equal(bench.most, 2);
    assert.equal(bench.running, 0);
  });

  it('refuse whoever would be one too many to wait, and take the next again', async () => {
    const bench = new Bench();
    const turns = new Turns(1, 1);
    const taken = [turns.take(bench.work), turns.take(bench.work)];
    assert.equal(turns.take(bench.work), undefined);
    bench.ends[0]!();
    await taken[0];
    await new Promise(setImmediate);
    taken.push(turns.take(bench.work));
    assert.notEqual(taken[2], undefined);
    bench.ends[1]!();
    await taken[1];
    await new Promise(setImmediate);
    bench.ends[2]!();
    await taken[2];
  });

  it('go on after work that failed', async () => {
    const turns = new Turns(1, 5);
    const failed = turns.take(() => Promise.reject(new Error('broken')))!;
    const next = turns.take(() => Promise.resolve('done'))!;
    await assert.rejects(failed, /broken/);
    assert.equal(await next, 'done');
  });
});
