// Real conferences through an SFU: what the pipeline derives is what the counters say. Where a capture is not on this
// machine, its test says so and checks nothing.
//
// Compared is each received video by itself, decoded from the whole dump and given to the engine as the only stream of a session: a
// session's own sample pools its videos. What it pools is not compared here.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertSameRates, assertSameStillness } from './agreement.ts';
import { stillSecondsByPair, truthOf } from './definitions.ts';
import { onlyVideo, readingsOf, samplesOf } from './derive.ts';
import { countersOf, readDump, videosOfDump } from './read-rtcstats.ts';
import { intervalsOf } from './summed-samples.ts';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('captured conferences agree with their raw counters', () => {
  for (const name of ['jitsi-chrome117-sfu-freezes', 'jitsi-chrome99-ice-reconnect', 'jitsi-firefox-sfu']) {
    it(`${name}: each video within 1 % over the call`, (test) => {
      const dump = readDump(name);
      if (dump === undefined) {
        test.diagnostic(`left out: the capture ${name} is not on this machine`);
        return;
      }
      const decoded = readingsOf(dump);
      for (const [ssrc, raw] of videosOfDump(dump)) {
        const readings = raw.map(countersOf);
        const samples = samplesOf(onlyVideo(decoded, ssrc));
        if (truthOf(readings).bitrateKbps === 0) {
          assert.ok(
            samples.every(({ outage, bitrateKbps = 0 }) => outage !== true && bitrateKbps === 0),
            `${ssrc} never had traffic, and that is no outage`,
          );
          continue;
        }
        const intervals = intervalsOf(readings, samples);
        assertSameRates(intervals, String(ssrc));
        assertSameStillness(intervals, String(ssrc));
      }
    });
  }

  it('jitsi-chrome117-sfu-freezes: the truth is 11.8 and 11.4 frozen seconds', (test) => {
    const dump = readDump('jitsi-chrome117-sfu-freezes');
    if (dump === undefined) {
      test.diagnostic('left out: the capture jitsi-chrome117-sfu-freezes is not on this machine');
      return;
    }
    const frozen = [...videosOfDump(dump).values()].map((raw) =>
      sum(stillSecondsByPair(raw.map(countersOf))),
    );
    assert.deepEqual(
      frozen.map((seconds) => seconds.toFixed(1)),
      ['0.0', '11.8', '11.4'],
    );
  });
});
