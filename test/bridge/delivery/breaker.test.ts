import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterFailure, BREAKER_THRESHOLD, CLOSED, type Breaker } from '../../../bridge/delivery/breaker.ts';

function afterFailures(...probeTimesMs: number[]): Breaker {
  return probeTimesMs.reduce(afterFailure, CLOSED);
}

describe('the breaker of a destination', () => {
  it('opens at the fifth failure in a row', () => {
    assert.equal(BREAKER_THRESHOLD, 5);
    assert.deepEqual(afterFailures(1, 2, 3, 4), { kind: 'closed', failureCount: 4 });
    assert.deepEqual(afterFailures(1, 2, 3, 4, 5), { kind: 'open', failureCount: 5, probeAtMs: 5 });
  });

  it('puts the next probe off with each that fails', () => {
    assert.deepEqual(afterFailures(1, 2, 3, 4, 5, 9), { kind: 'open', failureCount: 6, probeAtMs: 9 });
  });

  it('does not bring the probe forward for a failure of an attempt that was still under way', () => {
    assert.deepEqual(afterFailures(1, 2, 3, 4, 300, 20), { kind: 'open', failureCount: 6, probeAtMs: 300 });
  });
});
