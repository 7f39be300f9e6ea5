import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { formatIsoDuration, parseIsoDuration } from '../../../api/query/iso-duration.ts';

it('reads durations of one length', () => {
  const read: [string, number][] = [
    ['PT5M', 300_000],
    ['PT15M', 900_000],
    ['PT1H', 3_600_000],
    ['P1D', 86_400_000],
    ['P1W', 604_800_000],
    ['P1DT2H3M4S', 93_784_000],
    ['PT90S', 90_000],
  ];
  for (const [text, ms] of read) assert.equal(parseIsoDuration(text), ms, text);
});

it('reads nothing else', () => {
  for (const text of [
    '',
    'P',
    'PT',
    'P1DT',
    'P1M',
    'P1Y',
    'PT0S',
    '5m',
    'pt5m',
    'PT1.5H',
    'PT-5M',
    'P1W1D',
    'PT5M ',
    'PT5M\n',
    'PT1M1H',
  ]) {
    assert.equal(parseIsoDuration(text), undefined, text);
  }
});

it('writes what it reads', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
      assert.equal(parseIsoDuration(formatIsoDuration(seconds * 1_000)), seconds * 1_000);
    }),
  );
  assert.equal(formatIsoDuration(3_600_000), 'PT1H');
  assert.equal(formatIsoDuration(90_061_000), 'P1DT1H1M1S');
});
