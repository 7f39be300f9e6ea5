import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTerms } from '../../../bridge/silences/silence-request.ts';

const NOW_MS = Date.parse('2026-11-23T20:00:00Z');
const body = {
  matchers: ['edge=fra-3'],
  duration: '2h',
  author: 'ops',
  comment: 'SFU upgrade',
};

function endOf(fields: object, startsAtMs = NOW_MS): string[] {
  const result = parseTerms({ ...body, ...fields }, NOW_MS, startsAtMs);
  assert.ok(result.ok, JSON.stringify(result));
  return [result.terms.startsAtMs, result.terms.endsAtMs].map((ms) => new Date(ms).toISOString());
}

describe('the terms of a silence', () => {
  it('are taken from the body, without blanks around author and comment', () => {
    assert.deepEqual(parseTerms({ ...body, author: ' ops ', comment: 'x\n' }, NOW_MS, NOW_MS), {
      ok: true,
      terms: {
        matchers: ['edge=fra-3'],
        startsAtMs: NOW_MS,
        endsAtMs: NOW_MS + 7_200_000,
        author: 'ops',
        comment: 'x',
      },
    });
  });

  it('begin now, or when the body says', () => {
    assert.deepEqual(endOf({}), ['2026-11-23T20:00:00.000Z', '2026-11-23T22:00:00.000Z']);
    assert.deepEqual(endOf({ starts_at: '2026-11-24T00:00:00+02:00' }), [
      '2026-11-23T22:00:00.000Z',
      '2026-11-24T00:00:00.000Z',
    ]);
  });

  it('may have begun in the past, and their duration counts from there', () => {
    assert.deepEqual(endOf({ starts_at: '2026-11-23T19:00:00Z' }), [
      '2026-11-23T19:00:00.000Z',
      '2026-11-23T21:00:00.000Z',
    ]);
  });

  it('end at a time as well as after a duration', () => {
    const ends = { duration: undefined, ends_at: '2026-11-24T02:00:00.5Z' };
    assert.deepEqual(endOf(ends)[1], '2026-11-24T02:00:00.500Z');
  });

  it('may last for 366 days, and no millisecond longer', () => {
    const ends = (endsAt: string) =>
      parseTerms({ ...body, duration: undefined, ends_at: endsAt }, NOW_MS, NOW_MS).ok;
    assert.equal(ends('2027-11-24T20:00:00Z'), true);
    assert.equal(ends('2027-11-24T20:00:00.001Z'), false);
  });

  const refusals: [rule: string, fields: unknown, problems: readonly string[]][] = [
    ['a body that is no object', [], [' must be an object']],
    ['a body that is null', null, [' must be an object']],
    ['an unknown field', { ...body, until: 1 }, [' has an unknown field; known are matchers,']],
    [
      'an empty body, with all that is missing',
      {},
      ['matchers is missing', 'author is missing', 'comment is missing'],
    ],
    ['matchers that are no list', { ...body, matchers: 'edge=fra-3' }, ['matchers must be a list']],
    ['no matcher', { ...body, matchers: [] }, ['matchers needs at least one']],
    [
      'a matcher that is none, by its place',
      { ...body, matchers: ['edge=fra-3', 'edge', 7] },
      ['matchers[2] must be text'],
    ],
    [
      'every matcher that is none',
      { ...body, matchers: ['edge', 'site=a', 'sire=b'] },
      ['matchers[0] is no matcher', 'matchers[2] has an unknown name; did you mean "site"?'],
    ],
    [
      'what matches everything',
      { ...body, matchers: ['edge!=x'] },
      ['matchers would silence nearly everything'],
    ],
    ['too many matchers', { ...body, matchers: Array(21).fill('edge=x') }, ['matchers must have at most 20']],
    ['an empty author', { ...body, author: '  ' }, ['author must not be empty']],
    ['a long author', { ...body, author: 'x'.repeat(201) }, ['author must have at most 200']],
    ['a long comment', { ...body, comment: 'x'.repeat(2_001) }, ['comment must have at most 2000']],
    ['an author that is no text', { ...body, author: 7 }, ['author must be text']],
    ['no end', { ...body, duration: undefined }, ['ends_at is missing; set ends_at or duration']],
    ['two ends', { ...body, ends_at: '2026-11-24T00:00:00Z' }, ['duration must not stand beside ends_at']],
    ['a duration without a unit', { ...body, duration: '90' }, ['duration must be a duration']],
    ['a duration in days', { ...body, duration: '1d' }, ['duration must be a duration']],
    ['a duration of nothing', { ...body, duration: '0s' }, ['duration must be a duration longer than zero']],
    ['a negative duration', { ...body, duration: '-1h' }, ['duration must be a duration']],
    [
      'a duration of two hundred years',
      { ...body, duration: '2000000h' },
      ['duration must end within 366 days'],
    ],
    [
      'a duration without end',
      { ...body, duration: `${'9'.repeat(300)}h` },
      ['duration must be a duration longer than zero, such as 90m'],
    ],
    ['a time without offset', { ...body, starts_at: '2026-11-24T00:00:00' }, ['starts_at must be a time']],
    ['a day that there is not', { ...body, starts_at: '2026-02-30T00:00:00Z' }, ['starts_at must be a time']],
    ['a time in seconds', { ...body, starts_at: 1_774_735_200 }, ['starts_at must be a time']],
    [
      'an end before the start',
      { ...body, duration: undefined, starts_at: '2026-11-24T00:00:00Z', ends_at: '2026-11-24T00:00:00Z' },
      ['ends_at must be after starts_at'],
    ],
    [
      'an end in the past',
      { ...body, duration: undefined, starts_at: '2026-11-23T00:00:00Z', ends_at: '2026-11-23T20:00:00Z' },
      ['ends_at must end in the future'],
    ],
    [
      'a duration that is over already',
      { ...body, starts_at: '2026-11-23T10:00:00Z' },
      ['duration must end in the future'],
    ],
  ];
  for (const [rule, fields, expected] of refusals) {
    it(`refuse ${rule}`, () => {
      const result = parseTerms(fields, NOW_MS, NOW_MS);
      assert.ok(!result.ok);
      const said = result.problems.map(({ field, message }) => `${field} ${message}`);
      assert.equal(said.length, expected.length, said.join('; '));
      for (const [index, start] of expected.entries()) assert.ok(said[index]!.startsWith(start), said[index]);
    });
  }

  it('quote nothing of what they refuse', () => {
    const secret = 'hunter2';
    const wrong = {
      matchers: [secret, `edge=~(${secret}`, `${secret}=x`],
      starts_at: secret,
      ends_at: secret,
      duration: secret,
      author: { [secret]: 1 },
      comment: [secret],
      [secret]: secret,
    };
    const result = parseTerms(wrong, NOW_MS, NOW_MS);
    assert.ok(!result.ok && result.problems.length >= 7);
    assert.ok(!JSON.stringify(result).includes(secret), JSON.stringify(result));
  });
});
