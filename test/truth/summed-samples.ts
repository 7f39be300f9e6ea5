// Sums what samples say over a stretch of a call, so that it can be held against the truth of the same stretch. A sample speaks
// of the interval since the reading before it: rates count by its length, loss by the packets that were expected in it.
import type { QualitySample } from '../../receiver/sample.ts';
import { truthOf, type Counters } from './definitions.ts';

export interface SummedSamples {
  readonly sampleCount: number;
  readonly lossPercent?: number;
  readonly bitrateKbps: number;
  readonly framesPerSecond: number;
  /** Frozen, or dark: either way nothing moved. */
  readonly stillSeconds: number;
}

export interface MeasuredInterval {
  readonly before: Counters;
  readonly now: Counters;
  /** Absent where the pipeline has none. */
  readonly sample?: QualitySample;
}

/** `samples[i]` belongs to `readings[i + 1]`: the first reading of a stream makes none. */
export function intervalsOf(
  readings: readonly Counters[],
  samples: readonly QualitySample[],
): MeasuredInterval[] {
  const byInstant = new Map(samples.map((sample) => [sample.observedAtMs, sample]));
  const firstMs = samples[0] === undefined ? 0 : samples[0].observedAtMs - readings[1]!.atMs;
  return readings.slice(1).map((now, index) => {
    // Times of one clock, rounded to milliseconds by the pipeline, and counted from another zero in a series.
    const atMs = now.atMs + firstMs;
    const sample = [0, 1, -1].map((offMs) => byInstant.get(Math.round(atMs) + offMs)).find(Boolean);
    return { before: readings[index]!, now, ...(sample !== undefined && { sample }) };
  });
}

export function sumSamples(intervals: readonly MeasuredInterval[]): SummedSamples {
  const sum = { seconds: 0, lost: 0, expected: 0, kbits: 0, frames: 0, stillSeconds: 0, sampleCount: 0 };
  for (const { before, now, sample } of intervals) {
    if (sample === undefined) continue;
    const seconds = (now.atMs - before.atMs) / 1_000;
    const expected = truthOf([before, now]).expectedPackets;
    sum.sampleCount += 1;
    sum.seconds += seconds;
    sum.kbits += (sample.bitrateKbps ?? 0) * seconds;
    sum.frames += (sample.framesPerSecond ?? 0) * seconds;
    sum.stillSeconds += (sample.outage === true ? 1 : (sample.freezeRatio ?? 0)) * seconds;
    if (sample.packetLossPercent === undefined) continue;
    sum.expected += expected;
    sum.lost += (sample.packetLossPercent / 100) * expected;
  }
  return {
    sampleCount: sum.sampleCount,
    ...(sum.expected > 0 && { lossPercent: (100 * sum.lost) / sum.expected }),
    bitrateKbps: sum.kbits / sum.seconds,
    framesPerSecond: sum.frames / sum.seconds,
    stillSeconds: sum.stillSeconds,
  };
}
