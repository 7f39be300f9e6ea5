import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  afterFailure,
  BREAKER_THRESHOLD,
  CLOSED,
  GONE_PROBE_MS,
  isFailure,
  isTaking,
  type Breaker,
  type Failure,
} from '../../../bridge/delivery/breaker.ts';
import { outcomeOfStatus } from '../../../bridge/delivery/outcome.ts';

const BUSY: Failure = { kind: 'retry', reason: 'status 503' };
const REFUSED: Failure = { kind: 'credential', reason: 'status 401' };
const GONE: Failure = { kind: 'disabled', reason: 'status 410' };

/** Failures at time 0, each with the back-off that is given. */
function afterPauses(...pausesMs: number[]): Breaker {
  return pausesMs.reduce<Breaker>((breaker, pauseMs) => afterFailure(breaker, BUSY, 0, pauseMs), CLOSED);
}

describe('the breaker of a destination', () => {
  it('opens at the fifth failure in a row, and takes nothing from then on', () => {
    assert.equal(BREAKER_THRESHOLD, 5);
    assert.deepEqual(afterPauses(1, 2, 3, 4), { kind: 'closed', failureCount: 4 });
    const opened = afterPauses(1, 2, 3, 4, 5);
    assert.deepEqual(opened, { kind: 'open', failureCount: 5, probeAtMs: 5, failure: BUSY });
    assert.deepEqual([isTaking(CLOSED), isTaking(opened)], [true, false]);
  });

  it('puts the next probe off with each that fails', () => {
    const opened = afterPauses(1, 2, 3, 4, 5, 9);
    assert.deepEqual(opened, { kind: 'open', failureCount: 6, probeAtMs: 9, failure: BUSY });
  });

  it('does not bring the probe forward for a failure of an attempt that was still under way', () => {
    const opened = afterPauses(1, 2, 3, 4, 300, 20);
    assert.deepEqual(opened, { kind: 'open', failureCount: 6, probeAtMs: 300, failure: BUSY });
  });

  it('opens at once, and for an hour, for who says that he is gone', () => {
    const opened = afterFailure(CLOSED, GONE, 7, 1_000);
    assert.deepEqual(opened, {
      kind: 'open',
      failureCount: 1,
      probeAtMs: 7 + GONE_PROBE_MS,
      failure: GONE,
    });
    const again = afterFailure(opened, GONE, 7 + GONE_PROBE_MS, 1_000);
    assert.equal(again.kind === 'open' && again.probeAtMs, 7 + 2 * GONE_PROBE_MS);
  });

  it('stays open when a probe of who was gone fails otherwise', () => {
    const opened = afterFailure(CLOSED, GONE, 0, 1_000);
    const probed = afterFailure(opened, BUSY, GONE_PROBE_MS, 1_000);
    assert.deepEqual(probed, {
      kind: 'open',
      failureCount: 2,
      probeAtMs: GONE_PROBE_MS + 1_000,
      failure: GONE,
    });
  });

  it('tells the worst that it has heard, and the first of that', () => {
    const open = afterPauses(1, 2, 3, 4, 5);
    const heard = [{ ...BUSY, reason: 'timeout' }, REFUSED, { ...REFUSED, reason: 'status 403' }, BUSY];
    const told = heard.map((_, index) => {
      const after = heard
        .slice(0, index + 1)
        .reduce<Breaker>((breaker, each) => afterFailure(breaker, each, 0, 1), open);
      return after.kind === 'open' && after.failure.reason;
    });
    assert.deepEqual(told, ['status 503', 'status 401', 'status 401', 'status 401']);
  });

  it('is turned by what is said of the destination, and not by what is said of a transition', () => {
    const failing = [401, 403, 408, 410, 429, 500, 503].map((status) => outcomeOfStatus(status, undefined));
    assert.ok(failing.every(isFailure));
    const fine = [200, 204, 400, 404, 409, 413].map((status) => outcomeOfStatus(status, undefined));
    assert.ok(!fine.some(isFailure));
  });
});
