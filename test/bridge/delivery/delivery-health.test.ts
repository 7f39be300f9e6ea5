import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterFailure, CLOSED, type Failure } from '../../../bridge/delivery/breaker.ts';
import { healthOf, isSameStatus } from '../../../bridge/delivery/delivery-health.ts';

/** A breaker that such failures have opened. */
function opened(failure: Failure) {
  return [1, 2, 3, 4, 5].reduce((breaker) => afterFailure(breaker, failure, 0, 1), CLOSED);
}

describe('how a destination is', () => {
  it('is fine while its breaker is closed and nothing is overdue', () => {
    assert.deepEqual(healthOf(CLOSED, 0), { kind: 'ok' });
  });

  const rows: [failure: Failure, reason: RegExp][] = [
    [{ kind: 'retry', reason: 'status 503' }, /^deliveries keep failing: status 503$/],
    [{ kind: 'credential', reason: 'status 401' }, /^the credential is refused, .* held: status 401$/],
    [{ kind: 'disabled', reason: 'status 410' }, /says that it is gone, .* held: status 410; .* every hour/],
  ];
  for (const [failure, reason] of rows) {
    it(`tells why its breaker is open: ${failure.kind}`, () => {
      const status = healthOf(opened(failure), 0);
      assert.equal(status.kind, 'unhealthy');
      assert.match(status.kind === 'unhealthy' ? status.reason : '', reason);
    });
  }

  it('is told as overdue only while its breaker is closed, and in the same words for any number', () => {
    assert.deepEqual(healthOf(CLOSED, 3), {
      kind: 'unhealthy',
      reason: 'transitions have waited for longer than 300 s',
    });
    assert.ok(isSameStatus(healthOf(CLOSED, 3), healthOf(CLOSED, 20_000)));
    const open = opened({ kind: 'retry', reason: 'status 503' });
    assert.ok(isSameStatus(healthOf(open, 0), healthOf(open, 20_000)));
    assert.ok(!isSameStatus(healthOf(open, 3), healthOf(CLOSED, 3)));
  });
});
