import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRetryAfter } from '../../../collector/egress/retry-after.ts';

const NOW_MS = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('the Retry-After header', () => {
  const rows: [rule: string, header: string | undefined, waitMs: number | undefined][] = [
    ['absent', undefined, undefined],
    ['seconds', '120', 120_000],
    ['zero seconds', '0', 0],
    ['seconds with blanks around', ' 7 ', 7_000],
    ['more seconds than a timer can count', '99999999999', 99_999_999_999_000],
    ['more seconds than a number can count', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
    ['an HTTP date', 'Thu, 01 Jan 2026 12:01:30 GMT', 90_000],
    ['an HTTP date of RFC 850', 'Thursday, 01-Jan-26 12:01:30 GMT', 90_000],
    ['an HTTP date of asctime, which is in GMT as well', 'Thu Jan  1 12:01:30 2026', 90_000],
    ['a date that has passed', 'Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['a date far away', 'Fri, 01 Jan 2100 12:00:00 GMT', Date.UTC(2100, 0, 1, 12) - NOW_MS],
    ['nothing', '', undefined],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['an exponent', '1e3', undefined],
    ['a number with a unit', '5s', undefined],
    ['words', 'soon', undefined],
    ['words that end in a number', 'in about 10', undefined],
    ['words that end in a year', 'never before 2099', undefined],
    ['an ISO date', '2026-01-01T12:01:30Z', undefined],
    ['a date that there is not', 'Thu, 99 Jan 2026 12:01:30 GMT', undefined],
    ['a list of two', '5, 10', undefined],
  ];
  for (const [rule, header, waitMs] of rows) {
    it(`${rule}: ${waitMs === undefined ? 'says nothing' : `${waitMs} ms`}`, () =>
      assert.equal(parseRetryAfter(header, NOW_MS), waitMs));
  }

  it('never gives anything but a wait of zero or more, whatever is in it', () => {
    const headers = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.double().map(String));
    fc.assert(
      fc.property(headers, (header) => {
        const waitMs = parseRetryAfter(header, NOW_MS);
        assert.ok(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0));
      }),
    );
  });
});
