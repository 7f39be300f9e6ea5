// Every cost of the published formula, at its ends and in its middle.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { scoreExperience, type ExperienceFacts } from '../../../receiver/get-stats/video-experience.ts';
import type { ExperienceCause } from '../../../receiver/sample.ts';

const fps = (framesPerSecond: number, usualFramesPerSecond = 20) => ({
  framesPerSecond,
  usualFramesPerSecond,
});
const pixels = (now: number, usual = 640 * 480) => ({ pixels: now, usualPixels: usual });
const overloaded = {
  decodeMsPerFrame: 50,
  framesPerSecond: 20,
  framesDroppedPercent: 11,
  packetLossPercent: 0,
};

const TABLE: readonly (readonly [
  what: string,
  facts: ExperienceFacts,
  cost: number,
  cause?: ExperienceCause,
])[] = [
  ['nothing known to be wrong', {}, 0],
  ['an outage is the worst', { isOutage: true }, 4, 'outage'],
  ['3 % frozen', { frozenRatio: 0.03 }, 0.2, 'freeze'],
  ['30 % frozen costs 2 points', { frozenRatio: 0.3 }, 2, 'freeze'],
  ['60 % frozen is the worst', { frozenRatio: 0.6 }, 4, 'freeze'],
  ['all frozen is no worse than that', { frozenRatio: 1 }, 4, 'freeze'],
  ['5 % dropped costs nothing', { framesDroppedPercent: 5 }, 0],
  ['12.5 % dropped', { framesDroppedPercent: 12.5 }, 1, 'frames_dropped'],
  ['20 % dropped', { framesDroppedPercent: 20 }, 2, 'frames_dropped'],
  ['all dropped costs no more', { framesDroppedPercent: 100 }, 2, 'frames_dropped'],
  ['a rate 24 % below the usual costs nothing', fps(15.2), 0],
  ['a quarter below: 1.9 · ln(4/3)', fps(15), 0.5466, 'frame_rate'],
  ['half the rate: 1.9 · ln 2', fps(10), 1.317, 'frame_rate'],
  ['no frame at all', fps(0), 2.5, 'frame_rate'],
  ['a rate without a usual one', { framesPerSecond: 3 }, 0],
  ['a faster picture', fps(60), 0],
  ['a quarter of the pixels is a layer less', pixels(320 * 240), 1.4, 'resolution'],
  ['9/16 of the pixels', pixels(480 * 360), 0.581, 'resolution'],
  ['a sixteenth costs no more', pixels(160 * 120), 1.4, 'resolution'],
  ['a finer picture', pixels(1_280 * 720), 0],
  ['a decoder that is overloaded, beside what it drops', overloaded, 1 + 0.8, 'decode_overload'],
  ['a slow decoder that drops nothing', { ...overloaded, framesDroppedPercent: 0 }, 0],
  ['a fast decoder that drops', { ...overloaded, decodeMsPerFrame: 40 }, 0.8, 'frames_dropped'],
  ['drops that the network explains', { ...overloaded, packetLossPercent: 2 }, 0.8, 'frames_dropped'],
  ['30 % of the interval limited by CPU costs nothing', { cpuLimitedRatio: 0.3 }, 0],
  ['65 % of it', { cpuLimitedRatio: 0.65 }, 1, 'cpu_limited'],
  ['all of it limited by CPU', { cpuLimitedRatio: 1 }, 2, 'cpu_limited'],
  ['all of it limited by bandwidth', { bandwidthLimitedRatio: 1 }, 2, 'bandwidth_limited'],
  ['1 % audible concealment costs nothing', { concealmentRatio: 0.01 }, 0],
  ['5.5 % of it', { concealmentRatio: 0.055 }, 1.5, 'concealment'],
  ['10 % of it', { concealmentRatio: 0.1 }, 3, 'concealment'],
  ['what costs less than 0.05 is not named', { frozenRatio: 0.006 }, 0.04],
];

describe('scoreExperience', () => {
  for (const [what, facts, cost, cause] of TABLE) {
    it(`${what}: ${cost} points`, () => {
      const { score, causes } = scoreExperience(facts);
      assert.ok(Math.abs(5 - score - cost) < 0.001, `${5 - score} points`);
      assert.equal(causes[0], cause);
    });
  }

  it('adds costs up, and names the costliest first', () => {
    const { score, causes } = scoreExperience({ frozenRatio: 0.15, ...fps(10), ...pixels(480 * 360) });
    assert.ok(Math.abs(score - (5 - 1 - 1.317 - 0.581)) < 0.001);
    assert.deepEqual(causes, ['frame_rate', 'freeze', 'resolution']);
  });

  it('stays between 1 and 5, and names causes exactly when points are missing', () => {
    const ratio = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined });
    const amount = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined });
    const facts = fc.record({
      isOutage: fc.boolean(),
      ...{
        frozenRatio: ratio,
        cpuLimitedRatio: ratio,
        bandwidthLimitedRatio: ratio,
        concealmentRatio: ratio,
      },
      ...{ framesPerSecond: amount, usualFramesPerSecond: amount, decodeMsPerFrame: amount },
      framesDroppedPercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined }),
      pixels: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
      usualPixels: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(facts, (one) => {
        const { score, causes } = scoreExperience(one);
        assert.ok(score >= 1 && score <= 5, String(score));
        // Of nine causes none is named below 0.05.
        assert.ok(causes.length > 0 ? score <= 4.95 : score > 5 - 9 * 0.05);
        assert.equal(new Set(causes).size, causes.length);
      }),
    );
  });

  it('is published: README.md names each cause with its cost', () => {
    const readme = readFileSync(new URL('../../../receiver/get-stats/README.md', import.meta.url), 'utf8');
    const rows = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    const causes = new Set(TABLE.flatMap(([, , , cause]) => cause ?? []));
    assert.deepEqual(rows.toSorted(), [...causes].toSorted());
  });
});
