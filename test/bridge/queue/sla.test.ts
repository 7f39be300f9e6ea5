import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dueOf, holdProblem, nextDueMs } from '../../../bridge/queue/sla.ts';
import type { Standing } from '../../../bridge/queue/standing.ts';

const LIMITS = { acknowledgeWithinMs: 60_000, maxHoldMs: 300_000 };
const NO_HOLD = { ...LIMITS, maxHoldMs: 0 };

const standing = (fields: Partial<Standing> = {}): Standing => ({
  waitingCount: 0,
  assignedCount: 0,
  acknowledgedCount: 0,
  unattendedCount: 0,
  missedCount: 0,
  operatorCounts: { available: 0, away: 1, not_responding: 0 },
  hasUntimed: false,
  ...fields,
});

describe('what is due of a queue', () => {
  const rows: [rule: string, Partial<Standing>, nowMs: number, takeBack: boolean, countMissed: boolean][] = [
    ['nothing, when nothing waits', {}, 1e12, false, false],
    ['nothing just before an operator’s time is over', { firstAssignedAtMs: 0 }, 59_999, false, false],
    ['taking back when it is over', { firstAssignedAtMs: 0 }, 60_000, true, false],
    ['taking back at once what is with nobody', { unattendedCount: 1 }, 0, true, false],
    ['nothing just before the hold is over', { nextToMissSinceMs: 0 }, 299_999, false, false],
    ['counting when the hold is over', { nextToMissSinceMs: 0 }, 300_000, false, true],
  ];
  for (const [rule, fields, nowMs, takeBack, countMissed] of rows) {
    it(`is ${rule}`, () => {
      assert.deepEqual(dueOf(standing(fields), LIMITS, nowMs), { takeBack, countMissed });
    });
  }

  it('is never a hold of 0', () => {
    assert.equal(dueOf(standing({ nextToMissSinceMs: 0 }), NO_HOLD, 1e12).countMissed, false);
  });
});

describe('when something becomes due', () => {
  const rows: [rule: string, Partial<Standing>, expected: number | undefined][] = [
    ['never, when nothing waits', {}, undefined],
    ['when an operator’s time is over', { firstAssignedAtMs: 5 }, 60_005],
    ['when a hold is over', { nextToMissSinceMs: 5 }, 300_005],
    ['when somebody is done wrapping up', { nextAvailableAtMs: 5 }, 5],
    [
      'the first of them',
      { firstAssignedAtMs: 250_000, nextToMissSinceMs: 0, nextAvailableAtMs: 400_000 },
      300_000,
    ],
  ];
  for (const [rule, fields, expected] of rows) {
    it(`is ${rule}`, () => assert.equal(nextDueMs(standing(fields), LIMITS), expected));
  }

  it('knows no end of a hold of 0', () => {
    assert.equal(nextDueMs(standing({ nextToMissSinceMs: 5 }), NO_HOLD), undefined);
  });
});

describe('what is wrong with a queue that nobody looks after', () => {
  it('is said with the number of alerts and the limit', () => {
    assert.equal(
      holdProblem(standing({ missedCount: 1 }), LIMITS),
      '1 alert has waited longer than max_hold (300 s) to be acknowledged, and no escalation is configured',
    );
    assert.match(holdProblem(standing({ missedCount: 7 }), LIMITS)!, /^7 alerts have waited/);
  });

  it('is nothing when no alert has waited too long, or may wait for ever', () => {
    assert.equal(holdProblem(standing(), LIMITS), undefined);
    assert.equal(holdProblem(standing({ missedCount: 1 }), NO_HOLD), undefined);
  });

  it('is nothing when there are no operators at all: then it is a list', () => {
    const operatorCounts = { available: 0, away: 0, not_responding: 0 };
    assert.equal(holdProblem(standing({ missedCount: 1, operatorCounts }), LIMITS), undefined);
  });
});
