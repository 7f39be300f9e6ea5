// The live calls that were captured for this project: what the pipeline derives is what the counters say.
//
// Compared are sums over the samples of the session (each call has one video) and differences of the raw counters between the
// same readings: over the call, and over each phase, whose readings are those that the recorder marked with its name.
import { describe, it } from 'node:test';
import assert from 'node:assert/strict';
import { assertSameRates, assertSameStillness, assertSameStillnessInPart } from './agreement.ts';
import { truthOf, stillSecondsByPair } from './definitions.ts';
import { readingsOf, samplesOf } from './derive.ts';
import { readSeries, seriesNames, seriesText, type SeriesReading } from './read-series.ts';
import { intervalsOf } from './summed-samples.ts';

const PHASES = ['good', 'bad', 'recover'];

function every<Item>(count: number, items: readonly Item[]): Item[] {
  return items.filter((_, index) => index % count === 0);
}

function measured(name: string, everySeconds: number) {
  const readings = every(everySeconds, readSeries(name));
  const samples = samplesOf(every(everySeconds, readingsOf(JSON.parse(seriesText(name)))));
  return intervalsOf(readings, samples);
}

for (const everySeconds of [1, 5]) {
  describe(`captured calls, read every ${everySeconds} s, agree with their raw counters`, () => {
    for (const name of seriesNames()) {
      it(`${name}: within 1 % over the call and over each phase`, () => {
        const intervals = measured(name, everySeconds);
        assertSameRates(intervals, 'call');
        assertSameStillness(intervals, 'call');
        for (const phase of PHASES) {
          const part = intervals.filter(({ now }) => (now as SeriesReading).phase === phase);
          assert.ok(part.length > 0, `no interval in phase ${phase}`);
          assertSameRates(part, phase);
          assertSameStillnessInPart(intervals, part, phase);
        }
      });
    }
  });
}

describe('the truth of the captured calls', () => {
  // As the recorder's own study tabled them, by other code, on the day of the capture.
  const TABLED = [
    ['netns-both-1', 8.4, 184, 17.6, 2.0],
    ['netns-both-2', 9.1, 148, 17.6, 2.2],
    ['relay-full-1', 9.9, 121, 16.7, 2.7],
    ['relay-full-2', 8.6, 189, 18.3, 1.6],
  ] as const;

  for (const [name, lossPercent, bitrateKbps, framesPerSecond, frozenSeconds] of TABLED) {
    it(`${name}: the bad phase is as the recorder tabled it`, () => {
      const readings = readSeries(name);
      const from = readings.findIndex(({ phase }) => phase === 'bad') - 1;
      const to = readings.findLastIndex(({ phase }) => phase === 'bad');
      const truth = truthOf(readings.slice(from, to + 1));
      assert.equal(truth.lossPercent?.toFixed(1), lossPercent.toFixed(1));
      assert.equal(truth.bitrateKbps.toFixed(0), bitrateKbps.toFixed(0));
      assert.equal(truth.framesPerSecond.toFixed(1), framesPerSecond.toFixed(1));
      assert.ok(Math.abs(truth.creditedStillSeconds! - frozenSeconds) < 0.06);
    });
  }

  it('relay-outage-1: nothing was expected, nothing came, and the 9.11 s of darkness are in it and just after it', () => {
    const readings = readSeries('relay-outage-1');
    const bad = readings.filter(({ phase }) => phase === 'bad');
    assert.deepEqual(
      [truthOf(bad).lossPercent, truthOf(bad).bitrateKbps, truthOf(bad).framesPerSecond],
      [undefined, 0, 0],
    );
    const still = stillSecondsByPair(readings);
    const within = still.filter((_, index) => readings[index + 1]!.atMs <= 20_100);
    assert.ok(Math.abs(within.reduce((total, seconds) => total + seconds, 0) - 9.11) < 1e-9);
  });
});
