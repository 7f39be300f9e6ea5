import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { estimateMos } from '../../../receiver/get-stats/estimate-mos.ts';

/** Computed with the formula of Genesys' own client: round trip and jitter in seconds, loss as a fraction. */
const VECTORS: readonly (readonly [
  rttSeconds: number,
  jitterSeconds: number,
  lossRatio: number,
  mos: number,
])[] = [
  [0, 0, 0, 4.8938],
  [0.02, 0.001, 0, 4.8871],
  [0.15, 0.02, 0.02, 4.6672],
  [0.3, 0.04, 0.05, 3.9283],
  [0.05, 0.005, 0.1, 3.8411],
  [0.6, 0.05, 0, 3.6829],
  [0.05, 0.005, 0.13, 3.42],
  [1.2, 0.1, 0.02, 1.3655],
  [0.1, 0.01, 0.5, 1],
];

describe('estimateMos', () => {
  for (const [rttSeconds, jitterSeconds, lossRatio, expected] of VECTORS) {
    it(`is ${expected} at ${rttSeconds} s, ${jitterSeconds} s and ${lossRatio}`, () => {
      const mos = estimateMos({
        rttMs: rttSeconds * 1_000,
        jitterMs: jitterSeconds * 1_000,
        packetLossPercent: lossRatio * 100,
      });
      assert.equal(mos?.mos.toFixed(4), expected.toFixed(4));
    });
  }

  it('is unknown when any input is', () => {
    const all = { rttMs: 1, jitterMs: 1, packetLossPercent: 1 };
    assert.notEqual(estimateMos(all), undefined);
    for (const key of Object.keys(all)) assert.equal(estimateMos({ ...all, [key]: undefined }), undefined);
  });

  it('stays between 1 and 5 whatever the path', () => {
    const input = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        input,
        input,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (rttMs, jitterMs, packetLossPercent) => {
          const { mos } = estimateMos({ rttMs, jitterMs, packetLossPercent })!;
          assert.ok(mos >= 1 && mos <= 5, String(mos));
        },
      ),
    );
  });

  for (const [what, rttMs, jitterMs, packetLossPercent, causes] of [
    ['nothing on a good path', 20, 1, 0, []],
    ['loss alone', 20, 1, 5, ['packet_loss']],
    ['delay alone', 600, 50, 0, ['delay']],
    ['jitter as delay', 20, 150, 0, ['delay']],
    ['the costlier first', 300, 40, 20, ['packet_loss', 'delay']],
    ['the costlier first', 1_200, 100, 3, ['delay', 'packet_loss']],
    ['both where either alone is enough for the worst', 9_000, 100, 90, ['packet_loss', 'delay']],
  ] as const) {
    it(`names ${what}: ${rttMs} ms, ${jitterMs} ms, ${packetLossPercent} %`, () => {
      assert.deepEqual(estimateMos({ rttMs, jitterMs, packetLossPercent })?.causes, causes);
    });
  }
});
