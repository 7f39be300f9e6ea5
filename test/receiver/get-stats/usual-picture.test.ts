import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { learn, UNKNOWN_PICTURE, type PictureShown } from '../../../receiver/get-stats/usual-picture.ts';

/** What is usual after stretches of [seconds, frames a second, pixels], an interval every `stepSeconds`. */
function usualAfter(
  stretches: readonly (readonly [seconds: number, framesPerSecond: number, pixels?: number])[],
  { stepSeconds = 5, isFaulty = false }: { stepSeconds?: number; isFaulty?: boolean } = {},
) {
  let usual = UNKNOWN_PICTURE;
  for (const [index, [seconds, framesPerSecond, pixels]] of stretches.entries()) {
    const shown: PictureShown = {
      lengthMs: stepSeconds * 1_000,
      framesPerSecond,
      pixels,
      isFaulty: isFaulty && index > 0,
    };
    for (let passed = 0; passed < seconds; passed += stepSeconds) usual = learn(usual, shown);
  }
  return usual;
}

describe('the usual frame rate', () => {
  it('is the first one that is seen', () => assert.equal(usualAfter([[5, 24]]).framesPerSecond, 24));

  it('follows a faster picture within half a minute', () => {
    const { framesPerSecond } = usualAfter([
      [60, 15],
      [30, 30],
    ]);
    assert.ok(framesPerSecond! > 29);
  });

  for (const stepSeconds of [1, 5]) {
    it(`has not forgotten after half a minute of half the rate, every ${stepSeconds} s`, () => {
      const { framesPerSecond } = usualAfter(
        [
          [60, 30],
          [30, 15],
        ],
        { stepSeconds },
      );
      assert.ok(0.75 * framesPerSecond! > 15, String(framesPerSecond));
    });

    it(`takes half the rate for normal when it has lasted a minute, every ${stepSeconds} s`, () => {
      const { framesPerSecond } = usualAfter(
        [
          [60, 30],
          [60, 15],
        ],
        { stepSeconds },
      );
      assert.ok(0.75 * framesPerSecond! < 15, String(framesPerSecond));
    });
  }

  it('learns nothing from intervals that have another fault, nor from none at all', () => {
    assert.equal(
      usualAfter(
        [
          [60, 30],
          [60, 5],
        ],
        { isFaulty: true },
      ).framesPerSecond,
      30,
    );
    assert.equal(
      usualAfter([
        [60, 30],
        [60, 0],
      ]).framesPerSecond,
      30,
    );
  });
});

describe('the usual resolution', () => {
  it('is the best of the recent past', () => {
    assert.equal(
      usualAfter([
        [5, 20, 100],
        [5, 20, 400],
        [55, 20, 100],
      ]).pixels,
      400,
    );
  });

  it('is what is shown when it has been coarser for a minute', () => {
    assert.equal(
      usualAfter([
        [5, 20, 400],
        [65, 20, 100],
      ]).pixels,
      100,
    );
  });

  it('stays when an interval does not tell', () => {
    assert.equal(
      usualAfter([
        [5, 20, 400],
        [5, 20],
      ]).pixels,
      400,
    );
  });
});
