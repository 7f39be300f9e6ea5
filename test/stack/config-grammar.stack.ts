// The grammar of the configuration beside the Collector's own: the same files through both. Both accept or both refuse,
// and what a value comes to is the same, but for the differences that are listed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CASES } from './grammar/cases.ts';
import { DIFFERENCES } from './grammar/differences.ts';
import { type Reading, readBoth } from './grammar/read-both.ts';
import { without } from './programs.ts';
import { stackPerTest } from './stack.ts';

const DIFFERENT = new Set(DIFFERENCES.flatMap(({ cases }) => cases));

/** What has to be the same: the verdict, and the value where both have one. */
function outcome({ isAccepted, shown }: Reading): unknown {
  return { isAccepted, shown };
}

describe('the grammar of the configuration', { skip: without('otelcol') }, () => {
  const stack = stackPerTest();

  for (const each of CASES) {
    const differs = DIFFERENT.has(each.title);
    it(`${each.title}: ${differs ? 'differs, as listed' : 'the same in both'}`, async () => {
      const { ours, theirs } = await readBoth(each, stack().folder);
      const said = `ours said: ${ours.said || 'nothing'}\ntheirs said: ${theirs.said || 'nothing'}`;
      if (differs) {
        assert.notDeepEqual(outcome(ours), outcome(theirs), said);
      } else {
        assert.equal(ours.isAccepted, theirs.isAccepted, said);
        assert.deepEqual(outcome(ours), outcome(theirs), said);
      }
    });
  }
});

describe('the list of differences', () => {
  it('names cases that there are, each once', () => {
    const titles = CASES.map(({ title }) => title);
    assert.deepEqual(titles, [...new Set(titles)], 'no title stands for two cases');
    const named = DIFFERENCES.flatMap(({ cases }) => cases);
    assert.deepEqual(
      named.filter((title) => !titles.includes(title)),
      [],
    );
    assert.equal(named.length, DIFFERENT.size);
  });

  it('stands in the README, word for word', () => {
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    const rows = readme.split('\n').map((line) => line.replace(/ +/g, ' ').trim());
    for (const { cases, ours, theirs, why } of DIFFERENCES) {
      assert.ok(rows.includes(`| ${cases.join('; ')} | ${ours} | ${theirs} | ${why} |`), cases[0]);
    }
  });
});
