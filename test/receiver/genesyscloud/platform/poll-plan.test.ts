import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Cause } from '../../../../receiver/genesyscloud/platform/cause.ts';
import type { PlatformFault } from '../../../../receiver/genesyscloud/platform/platform-client.ts';
import { planAfter, type PollRules } from '../../../../receiver/genesyscloud/platform/poll-plan.ts';

const RULES: PollRules = {
  reasons: { not_found: 'no such thing (404)' },
  longestWaitMs: 300_000,
  slowAfter: ['not_found'],
};

const fault = (cause: Cause, fields: Partial<PlatformFault> = {}): PlatformFault => ({
  kind: 'failed',
  cause,
  reason: 'it answered',
  ...fields,
});

const waitMs = (cause: Cause, count: number, random: number, fields: Partial<PlatformFault> = {}) =>
  planAfter(fault(cause, fields), count, RULES, random).waitMs;

describe('the wait after a poll that failed', () => {
  const rows: [rule: string, waitMs: number, expectedMs: number][] = [
    ['begins at 5 s', waitMs('server_error', 1, 0), 5_000],
    ['has some of it by chance', waitMs('server_error', 1, 0.5), 7_500],
    ['doubles', waitMs('rate_limited', 2, 0), 10_000],
    ['doubles again', waitMs('rate_limited', 3, 0), 20_000],
    ['is bounded', waitMs('unreachable', 50, 0), 150_000],
    ['obeys Retry-After', waitMs('rate_limited', 1, 0, { retryAfterMs: 17_000 }), 17_000],
    ['is not shortened by it', waitMs('rate_limited', 1, 0, { retryAfterMs: 0 }), 5_000],
    ['obeys it for an hour at most', waitMs('rate_limited', 1, 0, { retryAfterMs: 1e12 }), 3_600_000],
    ['is some minutes where only a person can help', waitMs('not_found', 1, 0), 200_000],
    ['and stays so', waitMs('not_found', 50, 0), 200_000],
  ];
  for (const [rule, actualMs, expectedMs] of rows) it(rule, () => assert.equal(actualMs, expectedMs));
});

describe('what is told of a poll that failed', () => {
  const told = (cause: Cause, count: number, fields: Partial<PlatformFault> = {}) => {
    const { reason, isUnhealthy } = planAfter(fault(cause, fields), count, RULES, 0);
    return [reason, isUnhealthy];
  };

  it('waits for the third time of what passes by itself', () => {
    const reason = 'the platform fails (503)';
    assert.deepEqual(told('server_error', 2, { status: 503 }), [reason, false]);
    assert.deepEqual(told('server_error', 3, { status: 503 }), [reason, true]);
  });

  it('is told at once of what does not', () => {
    assert.deepEqual(told('forbidden', 1, { status: 403 }), [
      'the credential lacks a permission (403)',
      true,
    ]);
  });

  it("has the source's own words, the fault's where there is no status, and the correlation id", () => {
    assert.deepEqual(told('not_found', 1, { status: 404 }), ['no such thing (404)', true]);
    assert.deepEqual(told('no_token', 1, { reason: 'down' }), ['there is no access token: down', false]);
    assert.deepEqual(told('unreadable', 1, { reason: 'the answer can not be read' }), [
      'the answer can not be read',
      true,
    ]);
    assert.deepEqual(told('refused', 1, { status: 400, correlationId: 'c-1' }), [
      'the request is refused (400); correlation id c-1',
      true,
    ]);
  });
});
