// The long run: ten thousand days. `npm run test:simulation`; with `-- --seed N` one of them, and with `--trace` what
// happens in it, moment by moment.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { parseArgs } from 'node:util';
import { SeedWorkers } from './seed-workers.ts';
import { Tally } from './tally.ts';
import { complaintOf, judgeDay } from './verdict.ts';

/** One for each core of a small machine. */
const WORKERS = 2;
const SEEDS_PER_TEST = 500;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const seedCount = wholeNumber('--seeds', values.seeds);
const firstSeed = wholeNumber('--from', values.from);

if (values.seed !== undefined) {
  const seed = wholeNumber('--seed', values.seed);
  it(`keeps every promise through day ${seed}`, async () => {
    const verdict = await judgeDay(seed, values.trace ? (line) => console.log(line) : undefined);
    console.log(`digest ${verdict.digest}`);
    assert.ok(verdict.broken.length === 0, `\n${complaintOf(verdict)}`);
  });
} else {
  describe(`${seedCount} simulated days`, { concurrency: false }, () => {
    const workers = new SeedWorkers(WORKERS);
    const tally = new Tally();
    const endSeed = firstSeed + seedCount;

    for (let from = firstSeed; from < endSeed; from += SEEDS_PER_TEST) {
      const to = Math.min(from + SEEDS_PER_TEST, endSeed) - 1;
      it(`keeps every promise through days ${from} to ${to}`, async () => {
        const verdicts = await workers.judge(from, to);
        for (const verdict of verdicts) tally.add(verdict);
        const broken = verdicts.filter((verdict) => verdict.broken.length > 0);
        assert.ok(
          broken.length === 0,
          `${broken.length} of ${verdicts.length} days broken\n${broken.slice(0, 5).map(complaintOf).join('\n')}`,
        );
      });
    }

    after(async () => {
      await workers.end();
      for (const line of tally.lines) console.log(line);
    });
  });
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  assert.ok(Number.isSafeInteger(number) && number > 0, `${option} takes a whole number above 0`);
  return number;
}
