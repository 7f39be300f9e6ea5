import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type QuotaReport,
  quotaReportOf,
  RequestQuota,
} from '../../../../receiver/genesyscloud/platform/request-quota.ts';

const MINUTE_MS = 60_000;

/** Takes as many as there are at once. */
function burst(quota: RequestQuota, nowMs: number): number {
  let count = 0;
  while (quota.take(nowMs) === 0) count += 1;
  return count;
}

const report = (countInWindow: number, allowedInWindow: number, resetAfterMs: number): QuotaReport => ({
  countInWindow,
  allowedInWindow,
  resetAfterMs,
});

describe('the quota', () => {
  it('lets a tenth of a minute out at once, and then one by one', () => {
    const quota = new RequestQuota(0);
    assert.equal(burst(quota, 0), 30);
    assert.equal(quota.take(0), Math.ceil(MINUTE_MS / 270));
    assert.equal(quota.take(223), 0);
    assert.equal(burst(quota, MINUTE_MS), 30);
  });

  const rows: [rule: string, learn: (quota: RequestQuota) => void, atMs: number, waitMs: number][] = [
    ['lets the first one pass', () => {}, 0, 0],
    ['waits for the window that is used up', (quota) => quota.learn(report(300, 300, 40_000), 0), 0, 40_000],
    ['waits no longer than it', (quota) => quota.learn(report(300, 300, 40_000), 0), 40_000, 0],
    ['goes on with what the window still has', (quota) => quota.learn(report(299, 300, 40_000), 0), 0, 0],
    [
      'takes a count beyond what is allowed for none',
      (quota) => quota.learn(report(400, 300, 1_000), 0),
      0,
      1_000,
    ],
    ['obeys a 429', (quota) => quota.block(17_000, 0), 0, 17_000],
    ['obeys the longer of two', (quota) => (quota.block(17_000, 0), quota.block(5_000, 0)), 0, 17_000],
    ['is free after it', (quota) => quota.block(17_000, 0), 17_000, 0],
    ['believes no wait of a day', (quota) => quota.block(86_400_000, 0), 0, 3_600_000],
    ['believes no window of a day', (quota) => quota.learn(report(9, 9, 86_400_000), 0), 0, 3_600_000],
  ];
  for (const [rule, learn, atMs, waitMs] of rows) {
    it(rule, () => {
      const quota = new RequestQuota(0);
      learn(quota);
      assert.equal(quota.take(atMs), waitMs);
    });
  }

  it('counts its own requests within the window of the platform', () => {
    const quota = new RequestQuota(0);
    quota.learn(report(298, 300, 40_000), 0);
    assert.equal(burst(quota, 0), 2);
    assert.equal(quota.take(10_000), 30_000);
  });

  it('learns another allowance', () => {
    const quota = new RequestQuota(0);
    quota.learn(report(0, 20, MINUTE_MS), 0);
    assert.equal(burst(quota, 0), 2);
  });

  it('gains nothing from a clock that is set back', () => {
    const quota = new RequestQuota(MINUTE_MS);
    burst(quota, MINUTE_MS);
    assert.ok(quota.take(0) > 0);
  });

  it('never exceeds the allowance in any minute, however often it is asked', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), steps, (allowance, waits) => {
        const quota = new RequestQuota(0, allowance);
        const sentAtMs: number[] = [];
        let nowMs = 0;
        for (const waitMs of waits) {
          nowMs += waitMs;
          while (quota.take(nowMs) === 0) sentAtMs.push(nowMs);
        }
        for (const [first, atMs] of sentAtMs.entries()) {
          const beyond = sentAtMs[first + allowance];
          assert.ok(beyond === undefined || beyond - atMs >= MINUTE_MS - 1);
        }
      }),
    );
  });

  it('never starves: what it says to wait is enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(10_000), (allowance, startMs) => {
        const quota = new RequestQuota(startMs, allowance);
        let nowMs = startMs;
        for (let count = 0; count < 50; count += 1) {
          const waitMs = quota.take(nowMs);
          nowMs += waitMs;
          if (waitMs > 0) assert.equal(quota.take(nowMs), 0);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the headers of the quota', () => {
  const header = (fields: Record<string, string>) => quotaReportOf((name) => fields[name]);
  const good = { 'inin-ratelimit-count': '7', 'inin-ratelimit-allowed': '300', 'inin-ratelimit-reset': '42' };

  it('are read in seconds', () => assert.deepEqual(header(good), report(7, 300, 42_000)));

  for (const [rule, change] of [
    ['one that is missing', { 'inin-ratelimit-reset': '' }],
    ['one that is no number', { 'inin-ratelimit-count': 'many' }],
    ['a negative one', { 'inin-ratelimit-reset': '-1' }],
    ['an allowance of none', { 'inin-ratelimit-allowed': '0' }],
  ] as const) {
    it(`say nothing with ${rule}`, () => assert.equal(header({ ...good, ...change }), undefined));
  }
});
