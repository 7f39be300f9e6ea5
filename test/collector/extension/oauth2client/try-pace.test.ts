import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TryPace } from '../../../../collector/extension/oauth2client/try-pace.ts';

/** How long after a try in vain the next one may come, in whole milliseconds. */
function waitMs(pace: TryPace, fromMs: number): number {
  for (let ms = 0; ms <= 400_000; ms += 500) if (pace.mayTry(fromMs + ms)) return ms;
  return Infinity;
}

describe('tries in vain', () => {
  it('may begin at once', () => assert.ok(new TryPace().mayTry(0)));

  it('are 1 s apart, then 2 s, and so on up to 60 s', () => {
    const pace = new TryPace();
    const waits: number[] = [];
    let nowMs = 0;
    for (let count = 0; count < 9; count++) {
      pace.tried(nowMs);
      waits.push(waitMs(pace, nowMs));
      nowMs += waits.at(-1)!;
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('keep to 60 s after thousands of them', () => {
    const pace = new TryPace();
    for (let count = 0; count < 3_000; count++) pace.tried(0);
    assert.equal(waitMs(pace, 0), 60_000);
  });

  it('begin anew after one that did good', () => {
    const pace = new TryPace();
    for (let count = 0; count < 5; count++) pace.tried(0);
    pace.reset();
    assert.equal(waitMs(pace, 0), 0);
    pace.tried(0);
    assert.equal(waitMs(pace, 0), 1_000);
  });

  const wishes: [rule: string, retryAfterMs: number, expectedMs: number][] = [
    ['a longer wait is granted', 20_000, 20_000],
    ['a shorter one is not', 500, 1_000],
    ['one beyond the SLA is cut', 3_600_000, 300_000],
  ];
  for (const [rule, retryAfterMs, expectedMs] of wishes) {
    it(`of which the endpoint says when to come again: ${rule}`, () => {
      const pace = new TryPace();
      pace.tried(0, retryAfterMs);
      assert.equal(waitMs(pace, 0), expectedMs);
    });
  }

  it('do not wait for a clock that was set back', () => {
    const pace = new TryPace();
    pace.tried(3_600_000);
    assert.ok(!pace.mayTry(3_600_500));
    assert.ok(pace.mayTry(0));
  });
});
