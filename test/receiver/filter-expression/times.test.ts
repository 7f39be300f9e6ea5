import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFilter } from '../../../receiver/filter-expression/parse.ts';

const NOW_MS = 1_000_000_000;
const times = { nowMs: NOW_MS, isTime: (path: string) => path === 'timestamp' };

const READ: [rule: string, text: string, operator: string, value: number | string][] = [
  ['now', 'timestamp <= now()', '<=', NOW_MS],
  ['a while ago, as the guide writes it', 'timestamp > now() - 24h', '>', NOW_MS - 86_400_000],
  ['without blanks', 'timestamp>now()-90s', '>', NOW_MS - 90_000],
  ['a blank before the minus only', 'timestamp > now() -1h30m', '>', NOW_MS - 5_400_000],
  ['in a while', 'timestamp < now() + 1.5s', '<', NOW_MS + 1_500],
  ['an instant in quotes, by order', "timestamp >= '2026-01-01T00:00:00Z'", '>=', '2026-01-01T00:00:00Z'],
];

const REFUSED: [rule: string, text: string, message: RegExp][] = [
  ['a shift without a unit', 'timestamp > now() - 24', /^column 21: expected a duration such as 24h/],
  ['a day, which has no one length', 'timestamp > now() - 1d', /^column 21: expected a duration/],
  ['a shift by nothing', 'timestamp > now() -', /^column 20: expected a duration/],
  ['two shifts', 'timestamp > now() - 1h - 1h', /^column 24: expected a path/],
  ['another text by order', "codec > 'VP8'", /^column 7: ">" compares numbers/],
  ['a time for a path', 'now() > 3', /^column 1: a comparison begins with its path/],
  ['an argument', 'timestamp > now(3)', /^column 13: expected a number/],
];

describe('with times in the grammar', () => {
  for (const [rule, text, operator, value] of READ) {
    it(`reads ${rule}`, () => {
      const expression = parseFilter(text, times);
      assert.ok(expression.kind === 'comparison');
      assert.deepEqual([expression.operator, expression.value], [operator, value]);
    });
  }

  it('keeps the columns of what follows', () => {
    const expression = parseFilter("timestamp > now() - 24h && edge == 'x'", times);
    assert.ok(expression.kind === 'and');
    const [, edge] = expression.operands;
    assert.ok(edge?.kind === 'comparison');
    assert.equal(edge.column, 28);
  });

  for (const [rule, text, message] of REFUSED) {
    it(`refuses ${rule}`, () =>
      assert.throws(() => parseFilter(text, times), { name: 'FilterError', message }));
  }
});

it('without them now() is no value, and no text is compared by order', () => {
  assert.throws(() => parseFilter('timestamp > now()'), { message: /^column 13: expected a number/ });
  assert.throws(() => parseFilter("timestamp > '2026-01-01T00:00:00Z'"), { message: /compares numbers/ });
});
