import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  afterBoundary,
  learnBitrate,
  UNKNOWN_BITRATE,
  usualKbps,
  type UsualBitrate,
} from '../../../receiver/get-stats/usual-bitrate.ts';
import type { Boundary } from '../../../receiver/sample.ts';

type Stretch = readonly [seconds: number, kbps: number, fault?: 'faulty'];

/** What is usual after these stretches, an interval every 5 s. */
function after(stretches: readonly Stretch[], stepSeconds = 5): UsualBitrate {
  let usual = UNKNOWN_BITRATE;
  for (const [seconds, kbps, fault] of stretches) {
    const interval = { lengthMs: stepSeconds * 1_000, byteCount: kbps * 125 * stepSeconds };
    for (let passed = 0; passed < seconds; passed += stepSeconds)
      usual = learnBitrate(usual, interval, fault === 'faulty');
  }
  return usual;
}

const usualAfter = (...stretches: readonly Stretch[]) => usualKbps(after(stretches));

/** How many seconds this share of the bitrate lasts before it is no less than 70 % of the usual one. */
function secondsUntilUsual(share: number): number {
  let usual = after([[60, 400]]);
  const interval = { lengthMs: 5_000, byteCount: share * 400 * 625 };
  for (let seconds = 0; ; seconds += 5) {
    if (share * 400 >= 0.7 * usualKbps(usual)!) return seconds;
    usual = learnBitrate(usual, interval, false);
  }
}

describe('the usual bitrate', () => {
  it('is known after two intervals of 5 s, whatever the timers do', () => {
    assert.equal(usualAfter([5, 480]), undefined);
    assert.equal(usualAfter([10, 480]), 480);
    assert.notEqual(usualKbps(after([[9.9, 480]], 4.95)), undefined);
    assert.equal(usualKbps(after([[8, 480]], 1)), undefined);
  });

  it('follows a sender that finds its rate within half a minute', () => {
    assert.ok(usualAfter([10, 200], [30, 480])! > 460);
  });

  it('hardly falls within the minute that an incident takes to open and recover', () => {
    assert.ok(usualAfter([60, 480], [60, 100])! > 440);
  });

  it('takes a third for usual after a quarter of an hour, and a half after eight minutes', () => {
    // 600 s · ln(7 · (1 − share) / (3 · share)), of which the rule asks 70 %.
    for (const [share, seconds] of [
      [1 / 3, 924],
      [1 / 2, 508],
      [0.6, 265],
    ] as const) {
      assert.ok(Math.abs(secondsUntilUsual(share) - seconds) <= 10, `${share}: ${secondsUntilUsual(share)}`);
    }
  });

  it('is the same however often it is read', () => {
    const [often, seldom] = [1, 5].map((step) => {
      const stretches: Stretch[] = [
        [60, 400],
        [120, 200],
      ];
      return usualKbps(after(stretches, step))!;
    });
    assert.ok(Math.abs(often! - seldom!) < 1e-6);
  });

  it('learns nothing from intervals with another fault, nor from silence, nor where bytes are not counted', () => {
    assert.equal(usualAfter([60, 480], [600, 100, 'faulty']), 480);
    assert.equal(usualAfter([600, 480, 'faulty']), undefined);
    assert.equal(usualAfter([60, 480], [600, 0]), 480);
    const interval = { lengthMs: 5_000, byteCount: undefined };
    assert.equal(learnBitrate(UNKNOWN_BITRATE, interval, false), UNKNOWN_BITRATE);
  });

  for (const [boundary, isForgotten] of [
    ['counter_reset', true],
    ['ssrc_change', true],
    ['codec_change', true],
    ['decoder_change', false],
    ['sampling_gap', false],
    ['mute', false],
    ['ice_restart', false],
  ] as const satisfies readonly (readonly [Boundary, boolean])[]) {
    it(`is ${isForgotten ? 'forgotten' : 'kept'} at a boundary: ${boundary}`, () => {
      const usual = usualKbps(afterBoundary(after([[60, 480]]), boundary));
      assert.equal(usual, isForgotten ? undefined : 480);
    });
  }
});
