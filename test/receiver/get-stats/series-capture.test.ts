// The captures of live calls, converted: what a person who knows the impairment expects to see.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  parseSeriesCapture,
  readingsOfSeries,
  samplesOfSeries,
  type SeriesCapture,
} from '../../../receiver/get-stats/series-capture.ts';
import { EntryDecoder } from '../../../receiver/guide-event/decode-entry.ts';
import { encodeGuideEvent } from '../../../receiver/guide-event/encode.ts';
import type { QualitySample } from '../../../receiver/sample.ts';

const FOLDER = new URL('../../fixtures/captures/', import.meta.url);
const START_MS = Date.UTC(2026, 0, 1);
const NAMES = [
  ...['netns-both-1', 'netns-both-2', 'netns-loss-1', 'netns-loss5-1', 'relay-delay-1', 'relay-delayjit-1'],
  ...['relay-full-1', 'relay-full-2', 'relay-outage-1'],
];

function load(name: string): SeriesCapture {
  return parseSeriesCapture(JSON.parse(readFileSync(new URL(`series-${name}.json`, FOLDER), 'utf8')));
}

function samplesOf(name: string, stepSeconds?: number): QualitySample[] {
  const step = stepSeconds === undefined ? {} : { stepSeconds };
  return samplesOfSeries(load(name), { sessionId: name, startAtMs: START_MS, ...step });
}

/** The samples whose whole interval lies in the bad phase. */
function badOf(name: string, stepSeconds: number): QualitySample[] {
  const [goodSeconds, badSeconds] = load(name).phases as [number, number];
  return samplesOf(name, stepSeconds).filter(({ observedAtMs }) => {
    const endSecond = (observedAtMs - START_MS) / 1_000;
    return endSecond - stepSeconds >= goodSeconds && endSecond <= goodSeconds + badSeconds + 0.2;
  });
}

function meanOf(
  samples: readonly QualitySample[],
  metric: 'packetLossPercent' | 'bitrateKbps' | 'rttMs' | 'jitterMs',
) {
  const values = samples.map((sample) => sample[metric]).filter((value) => value !== undefined);
  assert.ok(values.length > 0, metric);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function assertBetween(value: number, low: number, high: number): void {
  assert.ok(value >= low && value <= high, `${value} is not between ${low} and ${high}`);
}

describe('every capture', () => {
  for (const name of NAMES) {
    for (const stepSeconds of [1, 5]) {
      it(`${name} gives a sample each ${stepSeconds} s`, () => {
        const { series } = load(name);
        const samples = samplesOf(name, stepSeconds);
        assert.equal(samples.length, Math.ceil(series.length / stepSeconds) - 1);
        let beforeMs = START_MS;
        for (const sample of samples) {
          assertBetween(sample.observedAtMs - beforeMs, stepSeconds * 750, stepSeconds * 1_000 + 1_200);
          beforeMs = sample.observedAtMs;
          assert.equal(sample.codec, 'video/VP8');
          assert.equal(sample.boundary, undefined);
        }
      });
    }

    it(`${name} passes through the guide's event unchanged`, () => {
      const decoder = new EntryDecoder({ dimensions: [] });
      for (const sample of samplesOf(name)) {
        const event: unknown = JSON.parse(JSON.stringify(encodeGuideEvent(sample)));
        assert.deepEqual(decoder.decode(event, sample.receivedAtMs), sample);
      }
    });
  }

  it('is good before it is bad: no loss, about 480 kbit/s, 20 frames a second', () => {
    for (const name of NAMES) {
      const [goodSeconds] = load(name).phases as [number];
      const good = samplesOf(name).filter(
        ({ observedAtMs }) => observedAtMs - START_MS <= goodSeconds * 1_000,
      );
      assert.ok(good.length >= 1);
      for (const sample of good) {
        assert.equal(sample.packetLossPercent, 0);
        assertBetween(sample.bitrateKbps!, 440, 520);
        assertBetween(sample.framesPerSecond!, 19, 21);
        assertBetween(sample.freezeRatio!, 0, 0.05);
        assertBetween(sample.mos!, 4.8, 5);
        assert.equal(sample.mosSource, 'estimated');
      }
    }
  });
});

describe('the bad phase', () => {
  for (const name of ['netns-both-1', 'netns-both-2', 'relay-full-1', 'relay-full-2']) {
    it(`of ${name} loses about a tenth, and most of the bitrate`, () => {
      const bad = badOf(name, 5);
      assert.ok(bad.length >= 4);
      assertBetween(meanOf(bad, 'packetLossPercent'), 6, 13);
      assertBetween(meanOf(bad, 'bitrateKbps'), 80, 250);
      for (const sample of bad) assert.ok(sample.packetLossPercent! > 2 && sample.bitrateKbps! < 350);
      assert.ok(
        bad.some((sample) => sample.freezeRatio! > 0),
        'it froze',
      );
    });
  }

  for (const name of ['relay-full-1', 'relay-full-2', 'relay-delay-1']) {
    it(`of ${name} takes 100 ms more on the way`, () => {
      assertBetween(meanOf(badOf(name, 5), 'rttMs'), 95, 200);
    });
  }

  it('of netns-loss5-1 loses a twentieth, and nothing else', () => {
    const bad = badOf('netns-loss5-1', 5);
    assertBetween(meanOf(bad, 'packetLossPercent'), 2, 7);
    for (const sample of bad) {
      assert.ok(sample.bitrateKbps! > 400);
      assertBetween(sample.freezeRatio!, 0, 0.05);
    }
  });

  it('of netns-loss-1 loses a tenth while the bitrate rises', () => {
    const bad = badOf('netns-loss-1', 5);
    assertBetween(meanOf(bad, 'packetLossPercent'), 5, 12);
    assert.ok(meanOf(bad, 'bitrateKbps') > 480);
  });

  it('of relay-delayjit-1 has jitter, and no loss', () => {
    const bad = badOf('relay-delayjit-1', 5);
    assertBetween(meanOf(bad, 'jitterMs'), 10, 60);
    assertBetween(meanOf(bad, 'packetLossPercent'), 0, 1);
  });

  it('of relay-outage-1 is an outage from its first whole interval on, and has no MOS that would call it good', () => {
    const dark = badOf('relay-outage-1', 1);
    assert.ok(dark.length >= 7);
    for (const sample of dark) {
      assert.equal(sample.outage, true);
      assert.equal(sample.experience, 1);
      assert.equal(sample.bitrateKbps, 0);
      assert.equal(sample.framesPerSecond, 0);
      for (const key of ['mos', 'packetLossPercent', 'jitterMs', 'rttMs', 'freezeRatio'] as const) {
        assert.equal(sample[key], undefined, key);
      }
    }
  });

  it('of relay-outage-1 is over when the picture moves: the pause that the browser books late changes nothing', () => {
    const [goodSeconds, badSeconds] = load('relay-outage-1').phases as [number, number];
    const afterwards = samplesOf('relay-outage-1', 1).filter(
      ({ observedAtMs }) => observedAtMs - START_MS > (goodSeconds + badSeconds + 1.5) * 1_000,
    );
    assert.ok(afterwards.length > 15);
    for (const sample of afterwards) {
      assert.equal(sample.outage, false);
      assertBetween(sample.freezeRatio!, 0, 0.3);
    }
  });
});

describe('frozen time', () => {
  for (const name of NAMES) {
    for (const stepSeconds of [1, 5]) {
      it(`of ${name}, every ${stepSeconds} s, is what the browser counted, less what was told as an outage`, () => {
        const readings = readingsOfSeries(load(name), { sessionId: name, startAtMs: 0, stepSeconds });
        const countedMs = readings.map(({ streams }) => {
          const [stream] = streams;
          assert.ok(stream?.direction === 'inbound');
          const { totalFreezesDuration = 0, totalPausesDuration = 0 } = stream.counters;
          return 1_000 * (totalFreezesDuration + totalPausesDuration);
        });
        let [toldMs, darkMs, beforeMs] = [0, 0, readings[0]!.observedAtMs];
        for (const { observedAtMs, freezeRatio, outage } of samplesOfSeries(load(name), {
          sessionId: name,
          startAtMs: 0,
          stepSeconds,
        })) {
          toldMs += (freezeRatio ?? 0) * (observedAtMs - beforeMs);
          if (outage === true) darkMs += observedAtMs - beforeMs;
          beforeMs = observedAtMs;
        }
        const expectedMs = countedMs.at(-1)! - countedMs[0]!;
        assert.ok(Math.abs(toldMs + darkMs - expectedMs) <= 0.01 * expectedMs, `${toldMs} + ${darkMs} ms`);
      });
    }
  }
});

describe('the experience', () => {
  const lowest = (samples: readonly QualitySample[]) => Math.min(...samples.map((one) => one.experience!));

  // What the formula gives; README.md of receiver/get-stats has the table. At 5 s two of the four bad calls stay above 3:
  // what they show is blurred, and moves.
  for (const [name, everySecond, every5Seconds] of [
    ['netns-both-1', 1.95, 2.38],
    ['netns-both-2', 2.43, 3.31],
    ['relay-full-1', 1.15, 2.46],
    ['relay-full-2', 2.46, 3.59],
  ] as const) {
    it(`of ${name} falls to ${everySecond} at a sample a second, and to ${every5Seconds} at one in 5 s`, () => {
      assert.equal(lowest(badOf(name, 1)).toFixed(2), everySecond.toFixed(2));
      assert.equal(lowest(badOf(name, 5)).toFixed(2), every5Seconds.toFixed(2));
    });
  }

  for (const stepSeconds of [1, 5]) {
    it(`is above 4 in every good phase, every ${stepSeconds} s`, () => {
      for (const name of NAMES) {
        const [goodSeconds] = load(name).phases as [number];
        const good = samplesOf(name, stepSeconds).filter(
          ({ observedAtMs }) => observedAtMs - START_MS <= goodSeconds * 1_000,
        );
        assert.ok(lowest(good) > 4.8, name);
      }
    });
  }

  it('does not suffer from loss that is repaired, nor from delay', () => {
    for (const name of ['netns-loss-1', 'netns-loss5-1', 'relay-delay-1', 'relay-delayjit-1']) {
      assert.ok(lowest(samplesOf(name, 5)) > 4.8, name);
    }
  });
});

describe('parseSeriesCapture', () => {
  it('refuses what is no capture', () => {
    assert.throws(() => parseSeriesCapture({ series: [{ t: 'one' }] }));
    assert.throws(() => parseSeriesCapture(null));
  });
});
