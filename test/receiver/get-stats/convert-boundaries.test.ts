// Where the difference of two readings means nothing, and that no difference whatsoever makes an impossible number.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { convertStats, type StreamState } from '../../../receiver/get-stats/convert.ts';
import type { StatsSnapshot } from '../../../receiver/get-stats/snapshot.ts';
import { BASE, LATER, snapshot, START_MS, stateAt } from './readings.ts';

describe('boundaries', () => {
  const BOUNDARIES: readonly (readonly [rule: string, second: StatsSnapshot, boundary: string])[] = [
    ['a counter that falls', snapshot(5, { ...LATER, packetsReceived: 43 }), 'counter_reset'],
    ['a frame counter that falls', snapshot(5, { ...LATER, framesDecoded: 0 }), 'counter_reset'],
    ['a freeze counter that falls', snapshot(5, { ...LATER, totalFreezesDuration: 0 }), 'counter_reset'],
    ['another ssrc', snapshot(5, { ...LATER, ssrc: 8 }), 'ssrc_change'],
    ['another codec', snapshot(5, LATER, { codec: 'video/H264' }), 'codec_change'],
    ['a mute', snapshot(5, LATER, { muted: true }), 'mute'],
  ];
  for (const [rule, second, boundary] of BOUNDARIES) {
    it(`are told by ${rule}, and nothing is derived across them`, () => {
      const { sample, next } = convertStats(stateAt(snapshot(0, BASE)), second);
      assert.equal(sample?.boundary, boundary);
      assert.equal(sample.jitterMs, 12);
      assert.equal(sample.bitrateKbps, undefined);
      assert.equal(sample.packetLossPercent, undefined);
      assert.equal(sample.framesPerSecond, undefined);
      // The reading after it counts from the new base.
      const after = { ...second, timestampMs: START_MS + 10_000 };
      assert.equal(convertStats(next, after).sample?.boundary, undefined);
    });
  }

  it('are told by the next sample when their own reading has nothing to say', () => {
    const { jitter, ...silent } = { ...LATER, ssrc: 8 };
    assert.notEqual(jitter, undefined);
    const first = convertStats(stateAt(snapshot(0, BASE)), snapshot(5, silent));
    assert.equal(first.sample, undefined);
    const second = convertStats(first.next, snapshot(10, { ...silent, bytesReceived: 1_600_000 }));
    assert.equal(second.sample?.boundary, 'ssrc_change');
    assert.equal(second.sample.bitrateKbps, 480);
    assert.equal(
      convertStats(second.next, snapshot(15, { ...silent, bytesReceived: 1_900_000 })).sample?.boundary,
      undefined,
    );
  });
});

describe('whatever the counters say', () => {
  const counter = fc.option(fc.oneof(fc.nat({ max: 2_000_000 }), fc.maxSafeNat()), { nil: undefined });
  const seconds = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined });
  const reading = fc.record({
    ssrc: fc.constantFrom(7, 8),
    packetsReceived: counter,
    packetsLost: fc.option(fc.integer({ min: -100, max: 1_000 }), { nil: undefined }),
    bytesReceived: counter,
    jitter: seconds,
    framesDecoded: counter,
    framesPerSecond: counter,
    totalFreezesDuration: seconds,
    totalPausesDuration: seconds,
  });

  it('every number of every sample is finite and possible', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(reading, fc.nat({ max: 20 }))), (readings) => {
        let state: StreamState | undefined;
        for (const [index, [inbound, second]] of readings.entries()) {
          const { next, sample } = convertStats(state, snapshot(index + second, inbound));
          state = next;
          if (sample === undefined) continue;
          const {
            packetLossPercent = 0,
            bitrateKbps = 0,
            framesPerSecond = 0,
            freezeRatio = 0,
            mos = 1,
          } = sample;
          assert.ok(packetLossPercent >= 0 && packetLossPercent <= 100);
          assert.ok(bitrateKbps >= 0 && bitrateKbps <= 1e7);
          assert.ok(framesPerSecond >= 0 && framesPerSecond <= 1_000);
          assert.ok(freezeRatio >= 0 && freezeRatio <= 1);
          assert.ok(mos >= 1 && mos <= 5);
        }
      }),
      { numRuns: 500 },
    );
  });
});
