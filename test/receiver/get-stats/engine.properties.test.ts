// Whatever two readings hold, what comes of them is possible.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ReadingEngine } from '../../../receiver/get-stats/reading-engine.ts';
import type { StatsReading, StreamReading } from '../../../receiver/get-stats/reading.ts';
import type { QualitySample } from '../../../receiver/sample.ts';
import { audio, camera, play, reading, sentCamera, START_MS } from './readings.ts';

const BOUNDS: Readonly<Partial<Record<keyof QualitySample, readonly [low: number, high: number]>>> = {
  mos: [1, 5],
  experience: [1, 5],
  packetLossPercent: [0, 100],
  framesDroppedPercent: [0, 100],
  freezeRatio: [0, 1],
  jitterMs: [0, 1e6],
  rttMs: [0, 1e6],
  bitrateKbps: [0, 1e7],
  usualBitrateKbps: [0, 1e7],
  framesPerSecond: [0, 1_000],
};

/** Counts, huge and not finite numbers, negative ones, and nothing. */
const anything = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1e5, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(undefined, 0, 1, 1e308, -1, Infinity, NaN) },
  { weight: 1, arbitrary: fc.double() },
);

/** Each number of an object replaced by anything. */
const disturbed = <T extends object>(like: T): fc.Arbitrary<T> =>
  fc.record(
    Object.fromEntries(Object.keys(like).map((key) => [key, anything])),
  ) as unknown as fc.Arbitrary<T>;

const remote = disturbed({
  ...{ timestamp: 0, packetsLost: 0, fractionLost: 0, jitter: 0 },
  ...{ roundTripTime: 0, totalRoundTripTime: 0, roundTripTimeMeasurements: 0 },
});
const fields = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  media: fc.constantFrom('camera' as const, 'screen' as const, 'audio' as const),
  ssrc: fc.constantFrom(1, 1, 1, 2, undefined),
  mid: fc.constantFrom('0', '1', undefined),
  rid: fc.constantFrom(undefined, 'l', 'h'),
  codec: fc.constantFrom('video/VP8', 'video/VP8', 'video/AV1', undefined),
  muted: fc.constantFrom(undefined, undefined, undefined, true, false),
  remote: fc.option(remote, { nil: undefined }),
});

const received = { ...camera(0).counters, ...audio(0).counters };
const sent = { ...sentCamera(0).counters, active: undefined };

const stream: fc.Arbitrary<(second: number) => StreamReading> = fc.oneof(
  fc.tuple(disturbed(received), fields, fc.boolean()).map(
    ([counters, some, flows]) =>
      (second: number) =>
        camera(second, flows ? {} : counters, some),
  ),
  fc.tuple(disturbed(sent), fields, disturbed({ cpu: 0, bandwidth: 0 })).map(
    ([counters, some, qualityLimitationDurations]) =>
      (second: number) =>
        sentCamera(second, { ...counters, active: undefined, qualityLimitationDurations }, some),
  ),
);

const path = fc.option(disturbed({ currentRoundTripTime: 0, totalRoundTripTime: 0, responsesReceived: 0 }), {
  nil: undefined,
});

const readings: fc.Arbitrary<StatsReading[]> = fc
  .array(
    fc.record({
      streams: fc.array(stream, { maxLength: 5 }),
      path,
      afterSeconds: fc.constantFrom(0, 0.001, 1, 5, 5, 5, 30),
      connectionId: fc.constantFrom('0', '0', '0', '1'),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((steps) => {
    let second = 0;
    return steps.map(({ streams, path: onPath, afterSeconds, connectionId }) => {
      second += afterSeconds;
      return reading(
        second,
        streams.map((at) => at(second)),
        {
          connectionId,
          ...(onPath !== undefined && { path: onPath }),
        },
      );
    });
  });

describe('whatever the readings hold', () => {
  it('no output is negative, not finite or beyond what is possible', () => {
    fc.assert(
      fc.property(readings, (all) => {
        for (const sample of play(all).samples) {
          for (const [key, value] of Object.entries(sample)) {
            const [low, high] = BOUNDS[key as keyof QualitySample] ?? [-Infinity, Infinity];
            assert.notEqual(value, undefined, key);
            if (typeof value !== 'number') continue;
            assert.ok(Number.isFinite(value) && value >= low && value <= high, `${key}: ${value}`);
          }
          assert.equal(sample.mos === undefined, sample.mosSource === undefined);
          assert.equal(sample.mos === undefined, sample.mosCauses === undefined);
          assert.equal(sample.experience === undefined, sample.experienceCauses === undefined);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('samples of a session have rising times', () => {
    fc.assert(
      fc.property(readings, (all) => {
        const times = play(all).samples.map(({ observedAtMs }) => observedAtMs);
        assert.deepEqual(
          times,
          [...new Set(times)].toSorted((left, right) => left - right),
        );
      }),
    );
  });

  it('repeated and late readings change nothing', () => {
    fc.assert(
      fc.property(readings, fc.array(fc.nat(), { maxLength: 12 }), (all, picks) => {
        const expected = play(all);
        const noisy = all.flatMap((one, index) => [one, all[(picks[index] ?? 0) % (index + 1)]!]);
        assert.deepEqual(play(noisy).state, expected.state);
        assert.deepEqual(play(noisy).samples, expected.samples);
      }),
    );
  });

  it('a refused body gives the same when it is sent again', () => {
    fc.assert(
      fc.property(readings, readings, (known, body) => {
        const engine = new ReadingEngine({ maxSessions: 5, sessionTimeoutMs: 60_000 });
        const later = body.map((one) => ({ ...one, observedAtMs: one.observedAtMs + 3_600_000 }));
        engine.take(known, START_MS);
        const { rollback, ...first } = engine.take(later, START_MS);
        rollback();
        const { rollback: _, ...second } = engine.take(later, START_MS);
        assert.deepEqual(second, first);
      }),
    );
  });
});

describe('across a boundary', () => {
  /** What makes the second of three readings incomparable with the first. */
  const CHANGES: readonly (readonly [string, (second: number) => StreamReading])[] = [
    ['another SSRC', (at) => camera(at, {}, { ssrc: 99 })],
    ['another codec', (at) => camera(at, {}, { codec: 'video/AV1' })],
    ['a mute', (at) => camera(at, {}, { muted: true })],
    ['a reset', (at) => camera(at, { packetsReceived: at })],
  ];
  for (const [what, changed] of CHANGES) {
    it(`${what}: no difference of counters is told`, () => {
      const { samples } = play([
        reading(0, [camera(0)]),
        reading(5, [camera(5)]),
        reading(10, [changed(10)]),
      ]);
      const told = samples.at(-1)!;
      assert.notEqual(told.boundary, undefined);
      for (const key of ['bitrateKbps', 'framesPerSecond', 'packetLossPercent', 'freezeRatio'] as const) {
        assert.ok(!(key in told), key);
      }
      assert.equal(told.experience, undefined);
      assert.equal(told.mos, undefined);
    });
  }
});
