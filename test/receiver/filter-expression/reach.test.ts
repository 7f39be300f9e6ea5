import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileFilter } from '../../../receiver/filter-expression/compile.ts';
import { parseFilter } from '../../../receiver/filter-expression/parse.ts';
import { reachOf, reachWarning } from '../../../receiver/filter-expression/reach.ts';
import type { QualitySample } from '../../../receiver/sample.ts';

/** `samples` and `states`: whether all pass; then the metrics of which some value lets a sample pass for certain. */
const ROWS: [filter: string, samples: boolean, states: boolean, decisive: readonly string[]][] = [
  ['metrics.mos < 3.5', false, false, ['mos']],
  ["event.type == 'webrtc-video' && event.metrics.mos < 3.5", false, false, ['mos']],
  ['metrics.mos < 3.5 || metrics.packetLossPercent > 2', false, false, ['mos', 'packetLossPercent']],
  ['metrics.mos < 3.5 && metrics.packetLossPercent > 2', false, false, []],
  ['metrics.mos > 2 && metrics.mos < 3', false, false, ['mos']],
  ['metrics.mos < 2 && metrics.mos > 3', false, false, []],
  ['metrics.mos < 0.5', false, false, []],
  ['!(metrics.mos >= 3.5)', false, true, ['mos']],
  ["type == 'webrtc-video'", true, false, []],
  ["type != 'webrtc-video'", false, true, []],
  ["type == 'webrtc' || type == 'webrtc-video'", true, true, []],
  ["type == 'webrtc' || metrics.mos < 3.5", false, true, ['mos']],
  ["state == 'disconnected'", false, false, []],
  ["edge == 'fra-3'", false, false, []],
  ["event.queue.id == 'known to the platform only'", false, false, []],
];

describe('what a filter lets pass whatever else an event says', () => {
  for (const [filter, allSamples, allStates, decisive] of ROWS) {
    it(filter, () => {
      const reach = reachOf(parseFilter(filter));
      const { starved, ...rest } = reach;
      assert.deepEqual(rest, { allSamples, allStates, decisive });
      assert.equal(starved.length, allSamples ? 0 : 8 + 1 - decisive.length);
    });
  }

  it('passes in earnest, for every sample with a decisive value', () => {
    const limits = fc.double({ min: 1, max: 5, noNaN: true });
    const operators = fc.constantFrom('<', '<=', '>', '>=', '==');
    const metrics = fc.record(
      { packetLossPercent: fc.integer({ min: 0, max: 100 }), rttMs: fc.integer({ min: 0, max: 2_000 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(limits, operators, limits, metrics, (limit, operator, mos, others) => {
        const text = `metrics.mos ${operator} ${limit} || metrics.packetLossPercent > 2 && metrics.rtt.ms > 300`;
        const isDecisive = reachOf(parseFilter(text)).decisive.includes('mos');
        const sample: QualitySample = {
          kind: 'sample',
          sessionId: 's',
          observedAtMs: 0,
          receivedAtMs: 0,
          media: 'camera',
          direction: 'inbound',
          dimensions: {},
          mos,
          ...others,
        };
        const alone = compileFilter(`metrics.mos ${operator} ${limit}`)(sample);
        assert.ok(!alone || (isDecisive && compileFilter(text)(sample)));
      }),
    );
  });
});

describe('the warning about a filter', () => {
  it('names the metrics whose rules are starved, the recovery and the states', () => {
    assert.equal(
      reachWarning(reachOf(parseFilter('metrics.mos < 3.5'))),
      'the filter keeps events from the rules: rules on metrics.packetLossPercent, metrics.jitter.ms, metrics.rtt.ms, ' +
        'metrics.bitrate.kbps, metrics.framesPerSecond, metrics.freezeRatio, metrics.experience, ' +
        'metrics.framesDroppedPercent see a sample only when it passes for another reason; a session that becomes well ' +
        'falls silent, which is a gap and no recovery; not every disconnect or end of a session passes',
    );
  });

  it('is not given where everything passes', () => {
    assert.equal(reachWarning(reachOf(parseFilter("type == 'webrtc' || type == 'webrtc-video'"))), undefined);
  });
});
