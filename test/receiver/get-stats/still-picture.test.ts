import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeStillness, NOT_STILL } from '../../../receiver/get-stats/still-picture.ts';

/** Frames, bytes and milliseconds that the counters credited in each 5 s interval → the ratios. */
function ratios(
  ...intervals: readonly (readonly [frames: number, bytes: number, creditedMs: number | undefined])[]
) {
  let memory = NOT_STILL;
  return intervals.map(([frameCount, byteCount, creditedMs]) => {
    const verdict = judgeStillness(memory, { elapsedMs: 5_000, frameCount, byteCount, creditedMs });
    memory = verdict.memory;
    return verdict.freezeRatio;
  });
}

describe('judgeStillness', () => {
  it('is 0 while the picture moves', () => assert.deepEqual(ratios([100, 9_000, 0]), [0]));

  it('is the share of the interval that the counter credits', () => {
    assert.deepEqual(ratios([70, 9_000, 1_500]), [0.3]);
  });

  it('is never more than the whole interval', () => assert.deepEqual(ratios([1, 9_000, 7_380]), [1]));

  it('is 1 when no frame comes while bytes flow, though the counter is silent', () => {
    assert.deepEqual(ratios([0, 9_000, 0]), [1]);
  });

  it('is unknown when nothing arrives: that is an outage', () => {
    assert.deepEqual(ratios([0, 0, 0]), [undefined]);
  });

  it('is unknown where the browser has no counter and the picture moves', () => {
    assert.deepEqual(ratios([100, 9_000, undefined]), [undefined]);
  });

  it('does not count a freeze twice when the counter catches up', () => {
    // 5 s of it were told in the interval before; 2.38 s are new.
    assert.deepEqual(ratios([0, 9_000, 0], [40, 9_000, 7_380]), [1, 0.476]);
  });

  it('does not blame the dark seconds of an outage on the interval after it', () => {
    assert.deepEqual(ratios([0, 0, 0], [100, 9_000, 5_000]), [undefined, 0]);
  });

  it('waits one interval for a counter that lags behind the first frame', () => {
    assert.deepEqual(ratios([0, 9_000, 0], [100, 9_000, 0], [100, 9_000, 5_000]), [1, 0, 0]);
  });

  it('does not wait longer: a later freeze is a new one', () => {
    assert.deepEqual(
      ratios([0, 9_000, 0], [100, 9_000, 0], [100, 9_000, 0], [50, 9_000, 2_500]),
      [1, 0, 0, 0.5],
    );
  });
});
