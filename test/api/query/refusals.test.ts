import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { ApiRefusal } from '../../../api/api-refusal.ts';
import { GUIDE_QUERY, TriedRollups } from '../../support/tried-rollups.ts';

const refusal = (message: RegExp) => (error: ApiRefusal) => {
  assert.equal(error.status, 400);
  assert.equal(error.code, 'bad.request');
  assert.match(error.message, message);
  return true;
};

const REFUSED: [rule: string, change: Record<string, unknown>, message: RegExp][] = [
  ['an interval that is no duration', { interval: '5m' }, /^interval: expected an ISO 8601 duration/],
  ['a month', { interval: 'P1M' }, /^interval: expected an ISO 8601 duration/],
  ['nothing', { interval: 'PT0S' }, /^interval: expected an ISO 8601 duration/],
  ['an interval finer than the rollups', { interval: 'PT1M' }, /^interval: must be a multiple of PT5M/],
  ['an interval between two multiples', { interval: 'PT7M' }, /^interval: must be a multiple of PT5M/],
  [
    'a metric without a statistic',
    { select: ['count', 'metrics.mos'] },
    /^select\[1\]: expected "count", or a metric and/,
  ],
  ['another percentile', { select: ['metrics.mos.p90'] }, /^select\[0\]: expected "count"/],
  [
    'a member of every object',
    { select: ['constructor.avg'] },
    /^select\[0\]: is no metric; those are metrics\.mos, /,
  ],
  ['an average of a text', { select: ['codec.avg'] }, /^select\[0\]: is no metric/],
  [
    'groups by session',
    { group: ['session.id'] },
    /^group\[0\]: rollups are not kept by this, but by type, state, .*edge, metrics\.mos$/,
  ],
  [
    'groups by what is not configured',
    { group: ['edge', 'isp'] },
    /^group\[1\]: rollups are not kept by this/,
  ],
  ['groups by nothing known', { group: ['toString'] }, /^group\[0\]: rollups are not kept by this/],
  [
    'groups by another statistic',
    { group: ['metrics.mos.max'] },
    /^group\[0\]: rollups are not kept by this/,
  ],
  ['groups by the average of a text', { group: ['codec.avg'] }, /^group\[0\]: rollups are not kept by this/],
  [
    'bands that are not told apart',
    { group: ['metrics.rtt.ms.avg'] },
    /^group\[0\]: the bands of this metric are not told apart; add rttMs to group_metrics/,
  ],
  ['bands where there are none', { group: ['metrics.outage'] }, /^group\[0\]: this metric has no bands/],
  ['no filter', { where: 'timestamp >' }, /^where: column 12: expected a number/],
  [
    'a metric in where',
    { where: "edge == 'a' && metrics.mos < 3" },
    /^where: column 16: rollups hold no single values: leave the metric out, and group/,
  ],
  [
    'a session in where',
    { where: "session.id == 's-1'" },
    /^where: column 1: rollups are not kept by this field, but by type, /,
  ],
  [
    'a dimension that is not configured',
    { where: "isp == 'x'" },
    /^where: column 1: rollups are not kept by this field/,
  ],
  ['a field that is none', { where: "queue == 'x'" }, /^where: column 1: no field of this name/],
  ['a negated time', { where: '!(timestamp > now())' }, /^where: column 3: a time is a limit of the whole/],
  [
    'a time as an alternative',
    { where: "edge == 'a' || timestamp > now()" },
    /^where: column 16: a time is a limit of the whole/,
  ],
  ['an instant', { where: 'timestamp == now()' }, /^where: column 1: rollups know no single instant/],
  ['a time that is none', { where: "timestamp > 'yesterday'" }, /^where: column 13: expected a time such as/],
  [
    'a date without a time',
    { where: "timestamp > '2026-01-01'" },
    /^where: column 13: expected a time such as/,
  ],
  ['a negative time', { where: 'timestamp > -5' }, /^where: column 13: expected a time such as/],
  ['a state that does not exist', { where: "state == 'broken'" }, /^where: column 10: is none of the words/],
  ['a text against a number', { where: 'codec == 3' }, /^where: column 10: is compared with a text/],
  ['a text against now', { where: 'codec == now()' }, /^where: column 10: is compared with a text/],
];

describe('refuses', async () => {
  const tried = await TriedRollups.start();
  for (const [rule, change, message] of REFUSED) {
    it(rule, () => assert.rejects(tried.query({ ...GUIDE_QUERY, ...change }), refusal(message)));
  }

  for (const change of [
    { select: [] },
    { eventTypes: [] },
    { eventTypes: ['conversation'] },
    { groupBy: ['edge'] },
    { where: 'a'.repeat(1_001) },
    { group: new Array(9).fill('edge') },
  ]) {
    it(`a body with ${JSON.stringify(change).slice(0, 40)}`, () =>
      assert.rejects(tried.query({ ...GUIDE_QUERY, ...change }), z.ZodError));
  }
});
