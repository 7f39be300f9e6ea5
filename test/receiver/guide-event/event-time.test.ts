import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseEventTime } from '../../../receiver/guide-event/event-time.ts';

const NOON_MS = Date.UTC(2026, 0, 31, 12, 0, 0);

const READ: readonly (readonly [rule: string, value: unknown, expectedMs: number])[] = [
  ['ISO 8601 in UTC', '2026-01-31T12:00:00Z', NOON_MS],
  ['lower case letters', '2026-01-31t12:00:00z', NOON_MS],
  ['a blank between date and time', '2026-01-31 12:00:00Z', NOON_MS],
  ['milliseconds', '2026-01-31T12:00:00.125Z', NOON_MS + 125],
  ['one digit of a fraction is tenths', '2026-01-31T12:00:00.5Z', NOON_MS + 500],
  ['finer than milliseconds is cut', '2026-01-31T12:00:00.999999999Z', NOON_MS + 999],
  ['an offset east of Greenwich', '2026-01-31T13:30:00+01:30', NOON_MS],
  ['an offset west of Greenwich', '2026-01-31T04:00:00-0800', NOON_MS],
  ['an offset in hours', '2026-01-31T13:00:00+01', NOON_MS],
  ['no offset is UTC, whatever the time zone of this machine', '2026-01-31T12:00:00', NOON_MS],
  ['a leap second is the second before it', '2026-01-31T11:59:60Z', NOON_MS - 1_000],
  ['29 February of a leap year', '2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ['seconds since the epoch', NOON_MS / 1_000, NOON_MS],
  ['seconds with a fraction', NOON_MS / 1_000 + 0.123, NOON_MS + 123],
  ['milliseconds since the epoch', NOON_MS, NOON_MS],
  ['microseconds since the epoch', NOON_MS * 1e3 + 999, NOON_MS],
  ['nanoseconds since the epoch', NOON_MS * 1e6, NOON_MS],
  ['quoted seconds', String(NOON_MS / 1_000), NOON_MS],
  ['quoted milliseconds', String(NOON_MS), NOON_MS],
  ['the epoch itself', 0, 0],
];

const REFUSED: readonly (readonly [rule: string, value: unknown])[] = [
  ['empty text', ''],
  ['a date without a time', '2026-01-31'],
  ['a time without seconds', '2026-01-31T12:00Z'],
  ['31 February', '2026-02-31T12:00:00Z'],
  ['29 February of a common year', '2026-02-29T12:00:00Z'],
  ['month 13', '2026-13-01T12:00:00Z'],
  ['month 0', '2026-00-01T12:00:00Z'],
  ['day 0', '2026-01-00T12:00:00Z'],
  ['hour 24', '2026-01-31T24:00:00Z'],
  ['minute 60', '2026-01-31T12:60:00Z'],
  ['second 61', '2026-01-31T12:00:61Z'],
  ['a letter for a digit', '2026-01-31T12:0o:00Z'],
  ['a point without a fraction', '2026-01-31T12:00:00.Z'],
  ['an offset of one digit', '2026-01-31T12:00:00+1'],
  ['an offset of 19 hours', '2026-01-31T12:00:00+19:00'],
  ['an offset of 60 minutes', '2026-01-31T12:00:00+01:60'],
  ['something after the Z', '2026-01-31T12:00:00Zulu'],
  ['the date of another country', '31.01.2026 12:00:00'],
  ['what Date.parse would take', 'Jan 31 2026 12:00:00'],
  ['a negative number', -1],
  ['a quoted negative number', '-1767225600'],
  ['a number beyond nanoseconds', 1e20],
  ['infinity', Number.POSITIVE_INFINITY],
  ['NaN', Number.NaN],
  ['a quoted exponent', '1e12'],
  ['hexadecimal digits', '0x197d3a00'],
  ['blanks around digits', ' 1767225600 '],
  ['a boolean', true],
  ['a list', [NOON_MS]],
  ['an object', { seconds: 1 }],
  ['very long text', '2026-01-31T12:00:00.'.padEnd(100_000, '0')],
];

describe('parseEventTime', () => {
  for (const [rule, value, expectedMs] of READ) {
    it(`reads ${rule}`, () => assert.equal(parseEventTime(value), expectedMs));
  }

  for (const [rule, value] of REFUSED) {
    it(`refuses ${rule}`, () => assert.equal(parseEventTime(value), undefined));
  }

  it('reads every instant of four centuries as it was written', () => {
    const instants = fc.date({
      min: new Date('1900-01-01T00:00:00Z'),
      max: new Date('2299-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => assert.equal(parseEventTime(date.toISOString()), date.getTime())),
    );
  });
});
