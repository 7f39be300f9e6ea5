import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDuration } from '../../../collector/config/duration.ts';

describe('parseDuration', () => {
  const rows: [text: string, ms: number | undefined][] = [
    ['1h2m3.5s', 3_723_500],
    ['300ms', 300],
    ['5µs', 0.005],
    ['.5s', 500],
    ['5.s', 5_000],
    ['+5s', 5_000],
    ['0', 0],
    ['0s', 0],
    ['2562047h', 9_223_369_200_000],
    // The Collector has no number for it.
    ['2562048h', undefined],
    ['-5s', undefined],
    ['++5s', undefined],
    ['5', undefined],
    ['5 s', undefined],
    ['5S', undefined],
    ['1d', undefined],
    ['', undefined],
    ['+', undefined],
  ];
  for (const [text, ms] of rows) {
    it(`reads "${text}" as ${ms === undefined ? 'no duration' : `${ms} ms`}`, () => {
      assert.equal(parseDuration(text)?.ms, ms);
    });
  }

  it('keeps the text that was written', () => {
    assert.equal(JSON.stringify(parseDuration('1h30m')), '"1h30m"');
  });
});
