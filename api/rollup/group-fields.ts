// By what samples and session events are told apart in rollups: fields of theirs that have few values, and never an id.
import { STATE_TYPE, SAMPLE_TYPE } from '../../receiver/guide-event/vocabulary.ts';
import type { DIMENSION_KEYS, QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { type Bands, bandNumber, bandsOf } from './bands.ts';
import type { BandedMetric } from './rolled-metrics.ts';

export type DimensionKey = (typeof DIMENSION_KEYS)[number];

/** What every rollup is kept by. A sample has no state, and a session event has neither media, direction nor codec. */
export const OWN_FIELDS = ['type', 'state', 'media', 'direction', 'codec'] as const;

export type GroupField = (typeof OWN_FIELDS)[number] | DimensionKey | BandedMetric;

/** One step on the way to a group: see `GroupTree`. */
export type Step = string | number | undefined;

/** What a group has in each of `GroupFields.names`; undefined where it has nothing. */
export type GroupValues = readonly (string | undefined)[];

export class GroupFields {
  /** The own fields, then the dimensions, then the metrics of which it keeps the bands. */
  readonly names: readonly GroupField[];
  readonly dimensions: readonly DimensionKey[];
  readonly bands: readonly Bands[];
  /** The way to the group of the last record that was asked for: reused, as this runs for every sample. */
  readonly #sampleSteps: Step[];
  readonly #eventSteps: Step[];

  constructor(dimensions: readonly DimensionKey[], bandedMetrics: readonly BandedMetric[]) {
    this.dimensions = dimensions;
    this.bands = bandedMetrics.map(bandsOf);
    this.names = [...OWN_FIELDS, ...dimensions, ...bandedMetrics];
    this.#sampleSteps = new Array<Step>(3 + dimensions.length + 1).fill(undefined);
    this.#eventSteps = new Array<Step>(1 + dimensions.length).fill(undefined);
  }

  /** `metrics` is what `readMetrics` wrote of the sample. Overwritten by the next call. */
  stepsOfSample(sample: QualitySample, metrics: Float64Array): readonly Step[] {
    const steps = this.#sampleSteps;
    steps[0] = sample.media;
    steps[1] = sample.direction;
    steps[2] = sample.codec;
    for (let index = 0; index < this.dimensions.length; index++) {
      steps[3 + index] = sample.dimensions[this.dimensions[index]!];
    }
    // The bands of all metrics as one number; 0 stands for a metric that was not measured.
    let mixed = 0;
    for (const { metricIndex, bounds } of this.bands) {
      const value = metrics[metricIndex]!;
      mixed = mixed * (bounds.length + 2) + (Number.isNaN(value) ? 0 : 1 + bandNumber(bounds, value));
    }
    steps[steps.length - 1] = mixed;
    return steps;
  }

  /** Overwritten by the next call. */
  stepsOfEvent(event: SessionEvent): readonly Step[] {
    const steps = this.#eventSteps;
    steps[0] = event.type;
    for (let index = 0; index < this.dimensions.length; index++) {
      steps[1 + index] = event.dimensions[this.dimensions[index]!];
    }
    return steps;
  }

  valuesOfSample(sample: QualitySample, metrics: Float64Array): GroupValues {
    return [
      SAMPLE_TYPE,
      undefined,
      sample.media,
      sample.direction,
      sample.codec,
      ...this.dimensions.map((key) => sample.dimensions[key]),
      ...this.bands.map(({ metricIndex, bounds, labels }) => {
        const value = metrics[metricIndex]!;
        return Number.isNaN(value) ? undefined : labels[bandNumber(bounds, value)];
      }),
    ];
  }

  valuesOfEvent(event: SessionEvent): GroupValues {
    return [
      STATE_TYPE,
      event.type,
      undefined,
      undefined,
      undefined,
      ...this.dimensions.map((key) => event.dimensions[key]),
      ...this.bands.map(() => undefined),
    ];
  }
}
