// The published truth tables are the test: each row of processor/degradation/README.md is run. `…` stands for what the last
// row without it sends first.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { decide, describeTransition } from '../../support/decisions.ts';
import { parseTimeline } from '../../support/timeline.ts';

const readme = readFileSync(new URL('../../../processor/degradation/README.md', import.meta.url), 'utf8');

const rows = readme
  .slice(readme.indexOf('## The truth table'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what happens') && !line.startsWith('| --'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, title = '', timeline = '', sent = '']) => ({
    title,
    timeline: timeline.replaceAll('`', ''),
    sent: sent === 'nothing' ? [] : sent.replaceAll('`', '').split('; '),
  }));

describe('the truth table of the degradation processor', () => {
  it('has rows', () => assert.ok(rows.length > 50, `found ${rows.length}`));

  let whole: readonly string[] = [];
  for (const { title, timeline, sent } of rows) {
    const [first, ...rest] = sent;
    if (first !== '…') whole = sent;
    const before = whole;
    it(title, () => {
      const actual = decide(parseTimeline(timeline)).transitions.map(describeTransition);
      const expected = first === '…' ? [...before.slice(0, actual.length - rest.length), ...rest] : sent;
      assert.deepEqual(actual, expected);
    });
  }
});
