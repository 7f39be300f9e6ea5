// The grammar of the configuration beside the Collector's own: the same files through both. Both accept or both refuse,
// and what a value comes to is the same, but for the differences that are listed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CASES } from './grammar/cases.ts';
import { DIFFERENCES } from './grammar/differences.ts';
import { readBoth } from './grammar/read-both.ts';
import { without } from './programs.ts';
import { stackPerTest } from './stack.ts';

const DIFFERENT = new Map(
  DIFFERENCES.flatMap(({ cases, acceptedBy }) => cases.map((title) => [title, acceptedBy] as const)),
);

describe('the grammar of the configuration', { skip: without('otelcol') }, () => {
  const stack = stackPerTest();

  for (const each of CASES) {
    const acceptedBy = DIFFERENT.get(each.title);
    it(`${each.title}: ${acceptedBy === undefined ? 'the same in both' : 'differs, as listed'}`, async () => {
      const { ours, theirs } = await readBoth(each, stack().folder);
      const said = `ours said: ${ours.said || 'nothing'}\ntheirs said: ${theirs.said || 'nothing'}`;
      if (acceptedBy === undefined) {
        assert.equal(ours.isAccepted, theirs.isAccepted, said);
        assert.deepEqual(ours.shown, theirs.shown, said);
      } else {
        assert.deepEqual(
          [ours.isAccepted, theirs.isAccepted],
          [acceptedBy !== 'theirs', acceptedBy !== 'ours'],
          said,
        );
        if (acceptedBy === 'both') assert.notDeepEqual(ours.shown, theirs.shown);
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
