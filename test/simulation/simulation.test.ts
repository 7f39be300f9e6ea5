// A short run of what simulation.long.ts does at length.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeedWorkers } from './seed-workers.ts';
import { Tally } from './tally.ts';
import { complaintOf, judgeDay } from './verdict.ts';

const SEEDS = 200;

describe('a simulated day', () => {
  it(`keeps every promise, ${SEEDS} times`, async () => {
    const workers = new SeedWorkers(2);
    const tally = new Tally();
    try {
      const verdicts = await workers.judge(1, SEEDS);
      for (const verdict of verdicts) tally.add(verdict);
      const broken = verdicts.filter((verdict) => verdict.broken.length > 0);
      assert.ok(broken.length === 0, `\n${broken.map(complaintOf).join('\n')}`);
    } finally {
      await workers.end();
    }
    const survived = [...tally.passed].filter((place) => !tally.died.has(place));
    assert.deepEqual(survived, [], 'the process has died at every named place');
  });

  it('is the same whenever it is lived through', async () => {
    const [once, again] = [await judgeDay(7), await judgeDay(7)];
    assert.deepEqual(again, once);
    const another = await judgeDay(8);
    assert.notEqual(another.digest, once.digest);
  });
});
