import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SessionBudget } from '../../../receiver/browser/session-budget.ts';

const LIMITS = { requestsPerMinute: 6, bytesPerMinute: 6_000, maxSessions: 3 };
const A = new Set(['a']);

describe('SessionBudget', () => {
  it('lets a minute of requests pass at once, and then one each time its share is back', () => {
    const budget = new SessionBudget(LIMITS);
    for (let request = 0; request < 6; request += 1) assert.equal(budget.charge(A, 1, 0), undefined);
    assert.equal(budget.charge(A, 1, 0), 10_000);
    assert.equal(budget.charge(A, 1, 4_000), 6_000);
    assert.equal(budget.charge(A, 1, 10_000), undefined);
    assert.equal(budget.charge(A, 1, 10_000), 10_000);
  });

  it('lets a minute of bytes pass at once, and tells when the next body will fit', () => {
    const budget = new SessionBudget(LIMITS);
    assert.equal(budget.charge(A, 6_000, 0), undefined);
    assert.equal(budget.charge(A, 2_000, 0), 20_000);
    assert.equal(budget.charge(A, 2_000, 20_000), undefined);
  });

  it('charges nothing for what it refuses', () => {
    const budget = new SessionBudget(LIMITS);
    budget.charge(A, 5_000, 0);
    for (let request = 0; request < 20; request += 1) assert.notEqual(budget.charge(A, 2_000, 0), undefined);
    assert.equal(budget.charge(A, 1_000, 0), undefined);
  });

  it('never saves up more than a minute', () => {
    const budget = new SessionBudget(LIMITS);
    budget.charge(A, 1, 0);
    assert.equal(budget.charge(A, 6_000, 3_600_000), undefined);
    assert.equal(budget.charge(A, 6_000, 3_600_000), 60_000);
    for (let request = 0; request < 5; request += 1) assert.equal(budget.charge(A, 0, 3_600_000), undefined);
    assert.equal(budget.charge(A, 0, 3_600_000), 10_000);
  });

  it('gives nothing back when the clock is set back', () => {
    const budget = new SessionBudget(LIMITS);
    budget.charge(A, 6_000, 1_000_000);
    assert.equal(budget.charge(A, 1_000, 500_000), 10_000);
  });

  it('keeps sessions apart', () => {
    const budget = new SessionBudget(LIMITS);
    budget.charge(A, 6_000, 0);
    assert.equal(budget.charge(new Set(['b']), 6_000, 0), undefined);
  });

  it('shares a body among its sessions, and charges none of them when one has used up its own', () => {
    const budget = new SessionBudget(LIMITS);
    budget.charge(A, 5_000, 0);
    assert.equal(budget.charge(new Set(['a', 'b']), 4_000, 0), 10_000);
    assert.equal(budget.charge(new Set(['b']), 6_000, 0), undefined);
    assert.equal(budget.charge(new Set(['a', 'c']), 2_000, 0), undefined);
  });

  it('watches so many sessions, and others when the budgets of these are whole again', () => {
    const budget = new SessionBudget(LIMITS);
    for (const sessionId of ['a', 'b', 'c']) budget.charge(new Set([sessionId]), 6_000, 0);
    const further = new Set(['d']);
    assert.equal(budget.charge(further, 6_000, 0), undefined);
    assert.equal(budget.charge(further, 6_000, 0), undefined);
    budget.sweep(59_999);
    assert.equal(budget.sessionCount, 3);
    budget.charge(A, 1, 59_999);
    budget.sweep(60_000);
    assert.equal(budget.sessionCount, 1);
    assert.equal(budget.charge(further, 6_000, 60_000), undefined);
    assert.equal(budget.charge(further, 6_000, 60_000), 60_000);
  });

  it('lets no session send more in any stretch of time than a minute and what comes back meanwhile', () => {
    const step = fc.record({ waitMs: fc.nat(20_000), byteCount: fc.integer({ min: 1, max: 6_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new SessionBudget(LIMITS);
        let nowMs = 0;
        let requestCount = 0;
        let sentBytes = 0;
        for (const { waitMs, byteCount } of steps) {
          nowMs += waitMs;
          if (budget.charge(A, byteCount, nowMs) !== undefined) continue;
          requestCount += 1;
          sentBytes += byteCount;
        }
        assert.ok(requestCount <= 6 + nowMs / 10_000 + 1e-6);
        assert.ok(sentBytes <= 6_000 + nowMs / 10 + 1e-3);
      }),
    );
  });

  it('tells a wait after which the same body passes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6_000 }), { maxLength: 30 }), (sizes) => {
        const budget = new SessionBudget(LIMITS);
        let nowMs = 0;
        for (const byteCount of sizes) {
          const waitMs = budget.charge(A, byteCount, nowMs);
          if (waitMs === undefined) continue;
          nowMs += Math.ceil(waitMs) + 1;
          assert.equal(budget.charge(A, byteCount, nowMs), undefined);
        }
      }),
    );
  });
});
