import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  MaintenanceWindow,
  type Repeat,
  type WindowTerms,
} from '../../../bridge/silences/maintenance-window.ts';
import { transitionOf } from '../../support/transition.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

function termsOf(fields: Partial<WindowTerms> = {}): WindowTerms {
  return {
    matchers: ['edge=fra-3'],
    startsAtMs: Date.parse('2026-03-28T22:00:00Z'),
    endsAtMs: Date.parse('2026-03-29T02:00:00Z'),
    repeat: 'none',
    author: 'ops',
    comment: 'SFU upgrade',
    ...fields,
  };
}

const windowOf = (fields: Partial<WindowTerms> = {}) => new MaintenanceWindow(termsOf(fields));

/** `22:00 → 02:00` of the occurrence that is active. */
function activeAt(repeat: Repeat, time: string): string | undefined {
  const active = windowOf({ repeat }).activeAt(Date.parse(time));
  if (active === undefined) return undefined;
  return [active.startsAtMs, active.endsAtMs]
    .map((ms) => new Date(ms).toISOString().slice(0, 16))
    .join(' → ');
}

describe('a maintenance window', () => {
  const first = '2026-03-28T22:00 → 2026-03-29T02:00';
  const rows: [rule: string, repeat: Repeat, time: string, active: string | undefined][] = [
    ['is not active a millisecond before its start', 'none', '2026-03-28T21:59:59.999Z', undefined],
    ['is active at its start', 'none', '2026-03-28T22:00:00Z', first],
    ['is active a millisecond before its end', 'none', '2026-03-29T01:59:59.999Z', first],
    ['is not active at its end', 'none', '2026-03-29T02:00:00Z', undefined],
    ['does not recur when nothing says so', 'none', '2026-03-29T23:00:00Z', undefined],
    // Europe's clocks changed at 01:00 UTC on 29 March: in UTC nothing happened.
    [
      'recurs daily at the same hour in UTC, not a millisecond earlier …',
      'daily',
      '2026-03-29T21:59:59.999Z',
      undefined,
    ],
    ['… nor later', 'daily', '2026-03-29T22:00:00Z', '2026-03-29T22:00 → 2026-03-30T02:00'],
    ['ends daily at the same hour in UTC', 'daily', '2026-03-30T02:00:00Z', undefined],
    ['recurs daily after months', 'daily', '2026-11-24T01:00:00Z', '2026-11-23T22:00 → 2026-11-24T02:00'],
    ['is not active before its first day', 'daily', '2026-03-27T23:00:00Z', undefined],
    ['does not recur daily when it is weekly', 'weekly', '2026-03-29T22:00:00Z', undefined],
    ['recurs weekly', 'weekly', '2026-04-04T22:00:00Z', '2026-04-04T22:00 → 2026-04-05T02:00'],
    ['recurs weekly, not a millisecond earlier', 'weekly', '2026-04-04T21:59:59.999Z', undefined],
    ['ends weekly, too', 'weekly', '2026-04-05T02:00:00Z', undefined],
    [
      'recurs weekly into another year',
      'weekly',
      '2027-01-02T23:00:00Z',
      '2027-01-02T22:00 → 2027-01-03T02:00',
    ],
  ];
  for (const [rule, repeat, time, active] of rows) {
    it(rule, () => assert.equal(activeAt(repeat, time), active));
  }

  it('that lasts a whole day, daily, is one occurrence after another without a hole', () => {
    const startsAtMs = Date.parse('2026-03-28T00:00:00Z');
    const window = windowOf({ startsAtMs, endsAtMs: startsAtMs + DAY_MS, repeat: 'daily' });
    assert.equal(window.activeAt(startsAtMs + DAY_MS - 1)?.startsAtMs, startsAtMs);
    assert.equal(window.activeAt(startsAtMs + DAY_MS)?.startsAtMs, startsAtMs + DAY_MS);
  });

  it('is active exactly while one of its occurrences lasts', () => {
    const offsetMs = fc.integer({ min: -2 * DAY_MS, max: 30 * DAY_MS });
    const lengthMs = fc.integer({ min: 1, max: DAY_MS });
    const repeats = fc.constantFrom<Repeat>('none', 'daily', 'weekly');
    fc.assert(
      fc.property(offsetMs, lengthMs, repeats, (offset, length, repeat) => {
        const { startsAtMs } = termsOf();
        const nowMs = startsAtMs + offset;
        const starts = Array.from({ length: 31 }, (_, index) => startsAtMs + index * DAY_MS).filter(
          (_, index) => repeat === 'daily' || (repeat === 'weekly' ? index % 7 === 0 : index === 0),
        );
        const expected = starts.find((start) => nowMs >= start && nowMs < start + length);
        const window = windowOf({ endsAtMs: startsAtMs + length, repeat });
        assert.equal(window.activeAt(nowMs)?.startsAtMs, expected);
      }),
    );
  });

  it('matches what its matchers hold for', () => {
    const window = windowOf({ matchers: ['edge=~fra-.*', 'severity!=critical'] });
    assert.equal(window.matches(transitionOf({ dimensions: { edge: 'fra-3' } })), true);
    assert.equal(window.matches(transitionOf({ dimensions: { edge: 'ber-1' } })), false);
    assert.equal(
      window.matches(transitionOf({ dimensions: { edge: 'fra-3' }, severity: 'critical' })),
      false,
    );
  });
});

describe('the id of an occurrence', () => {
  const idAt = (fields: Partial<WindowTerms>, atMs = termsOf().startsAtMs) =>
    windowOf(fields).activeAt(atMs)!.id;

  it('is the same after a restart, and all the while', () => {
    assert.equal(idAt({}), idAt({}));
    assert.equal(idAt({}), idAt({}, termsOf().endsAtMs - 1));
  });

  it('is another one for the next occurrence', () => {
    assert.notEqual(idAt({ repeat: 'daily' }), idAt({ repeat: 'daily' }, termsOf().startsAtMs + DAY_MS));
  });

  const edits: Partial<WindowTerms>[] = [
    { matchers: ['edge=fra-4'] },
    { matchers: ['edge=fra-3', 'severity!=critical'] },
    { startsAtMs: termsOf().startsAtMs - 1 },
    { endsAtMs: termsOf().endsAtMs + 1 },
    { repeat: 'weekly' },
    { author: 'dev' },
    { comment: 'router upgrade' },
  ];
  for (const edit of edits) {
    it(`is another one when ${Object.keys(edit).join()} was edited`, () => {
      assert.notEqual(idAt(edit), idAt({}));
    });
  }

  it('holds nothing that would have to be escaped in a path', () => {
    assert.match(idAt({}), /^window-[0-9a-f]{16}-1774735200000$/);
  });
});

describe('the occurrences that a list shows', () => {
  const shown = (repeat: Repeat, time: string) =>
    windowOf({ repeat })
      .around(Date.parse(time))
      .map(({ startsAtMs }) => new Date(startsAtMs).toISOString().slice(5, 10));
  const rows: [rule: string, repeat: Repeat, time: string, days: readonly string[]][] = [
    ['are the coming one at first', 'none', '2026-03-01T00:00:00Z', ['03-28']],
    ['are the active one', 'none', '2026-03-28T23:00:00Z', ['03-28']],
    ['are the one that was, for a week', 'none', '2026-04-05T01:59:59.999Z', ['03-28']],
    ['are none after that', 'none', '2026-04-05T02:00:00Z', []],
    ['are the first of many, before it', 'daily', '2026-03-01T00:00:00Z', ['03-28']],
    ['are the active and the next', 'weekly', '2026-03-28T23:00:00Z', ['03-28', '04-04']],
    ['are the last and the next', 'weekly', '2026-04-01T00:00:00Z', ['03-28', '04-04']],
    [
      'are those of a week, and the next',
      'daily',
      '2026-04-20T12:00:00Z',
      ['04-13', '04-14', '04-15', '04-16', '04-17', '04-18', '04-19', '04-20'],
    ],
  ];
  for (const [rule, repeat, time, days] of rows) {
    it(rule, () => assert.deepEqual(shown(repeat, time), days));
  }
});
