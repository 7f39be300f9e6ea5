// Holds what the pipeline derived against the truth.
import assert from 'node:assert/strict';
import { comparablePairs, stillSecondsByPair, truthOf, type Counters } from './definitions.ts';
import { sumSamples, type MeasuredInterval } from './summed-samples.ts';

/** Relative; a truth of 0 must be met exactly. */
const TOLERANCE = 0.01;

/** Loss, bitrate and frame rate over these intervals, which follow each other. */
export function assertSameRates(intervals: readonly MeasuredInterval[], what: string): void {
  const truth = truthOf(readingsWithin(intervals));
  const derived = sumSamples(intervals);
  assert.equal(derived.sampleCount, intervals.length, `${what}: an interval without a sample`);
  assertClose(derived.lossPercent, truth.lossPercent, `${what}: loss in percent`);
  assertClose(derived.bitrateKbps, truth.bitrateKbps, `${what}: kbit/s`);
  assertClose(derived.framesPerSecond, truth.framesPerSecond, `${what}: frames per second`);
}

/**
 * For how long nothing moved, over a whole call: its beginning is that of the counters, and nothing is credited after it.
 */
export function assertSameStillness(intervals: readonly MeasuredInterval[], what: string): void {
  const truth = stillSecondsByPair(readingsWithin(intervals)).reduce((total, seconds) => total + seconds, 0);
  assertClose(sumSamples(intervals).stillSeconds, truth, `${what}: seconds without a new frame`);
}

/**
 * The same over a part of a call. A freeze is known when it is over, and is told by the sample in which it became known: what
 * lies before the interval that it ended in may be told by the next part. Hence the length of one interval, at either end.
 */
export function assertSameStillnessInPart(
  all: readonly MeasuredInterval[],
  part: readonly MeasuredInterval[],
  what: string,
): void {
  const bySecond = stillSecondsByPair(readingsWithin(all));
  const truth = part.reduce((total, interval) => total + bySecond[all.indexOf(interval)]!, 0);
  const derived = sumSamples(part).stillSeconds;
  const longestS = Math.max(...part.map(({ before, now }) => (now.atMs - before.atMs) / 1_000));
  const isTouched = derived > 0 || truth > 0;
  assert.ok(
    !isTouched || Math.abs(derived - truth) <= TOLERANCE * truth + longestS,
    `${what}: ${derived} s without a new frame, and not ${truth} s`,
  );
}

function readingsWithin(intervals: readonly MeasuredInterval[]): Counters[] {
  const readings = [intervals[0]!.before, ...intervals.map(({ now }) => now)];
  assert.equal(
    comparablePairs(readings).length,
    intervals.length,
    'the capture has a reset: compare around it',
  );
  return readings;
}

function assertClose(derived: number | undefined, truth: number | undefined, what: string): void {
  if (truth === undefined) {
    assert.equal(derived, undefined, `${what}: must be unknown`);
    return;
  }
  assert.ok(derived !== undefined, `${what}: missing, and not ${truth}`);
  assert.ok(
    Math.abs(derived - truth) <= TOLERANCE * Math.abs(truth) + 1e-9,
    `${what}: ${derived}, and not ${truth}`,
  );
}
