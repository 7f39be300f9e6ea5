// The metrics of a sample as rollups keep them: in the units of the paths that events and queries use, each with what it
// can be at most and, where the catalogue has buckets for it, the bands by which samples can be told apart.
import { ALIASES, type FieldName } from '../../receiver/guide-event/alias-table.ts';
import { METRICS } from '../../receiver/guide-event/metric-bounds.ts';
import type { QualitySample } from '../../receiver/sample.ts';
import { GAUGES } from '../../receiver/session-gauges/catalogue.ts';

export interface RolledMetric {
  readonly field: FieldName;
  /** As the guide writes it: `metrics.jitter.ms`. */
  readonly path: string;
  /** Beyond it a value is a mistake of the unit; see metric-bounds.ts. */
  readonly maximum: number;
  /** Inclusive upper bounds of the bands, ascending. Absent: samples can't be told apart by it. */
  readonly bandBounds?: readonly number[];
}

/** The order is that of `readMetrics`. What is stored names its metric, so it may change. */
export const ROLLED_METRICS: readonly RolledMetric[] = [
  rolled('mos', { gauge: 'webrtc.video.mos', factor: 1 }),
  rolled('packetLossPercent', { gauge: 'webrtc.video.packet_loss', factor: 100 }),
  rolled('jitterMs', { gauge: 'webrtc.video.jitter', factor: 1_000 }),
  rolled('rttMs', { gauge: 'webrtc.video.round_trip_time', factor: 1_000 }),
  rolled('bitrateKbps', { gauge: 'webrtc.video.bitrate', factor: 0.001 }),
  rolled('framesPerSecond', { gauge: 'webrtc.video.frame_rate', factor: 1 }),
  rolled('freezeRatio', { gauge: 'webrtc.video.freeze', factor: 1 }),
  rolled('experience', { gauge: 'webrtc.video.experience', factor: 1 }),
  rolled('framesDroppedPercent', { gauge: 'webrtc.video.frames_dropped', factor: 100 }),
  rolled('usualBitrateKbps'),
  { field: 'outage', path: ALIASES.outage[0]!, maximum: 1 },
];

/** The names that have bands. */
export const BANDED_METRICS = [
  'mos',
  'packetLossPercent',
  'jitterMs',
  'rttMs',
  'bitrateKbps',
  'framesPerSecond',
  'freezeRatio',
  'experience',
  'framesDroppedPercent',
] as const satisfies readonly FieldName[];

export type BandedMetric = (typeof BANDED_METRICS)[number];

const INDEX_BY_FIELD: ReadonlyMap<FieldName, number> = new Map(
  ROLLED_METRICS.map(({ field }, index) => [field, index]),
);

/** Where the metric stands among `ROLLED_METRICS`; undefined for a field that is no metric. */
export function metricIndexOf(field: FieldName): number | undefined {
  return INDEX_BY_FIELD.get(field);
}

/** Writes the value of each metric at its index; NaN where the sample doesn't tell. One function for all, as in the catalogue. */
export function readMetrics(sample: QualitySample, values: Float64Array): void {
  values[0] = sample.mos ?? NaN;
  values[1] = sample.packetLossPercent ?? NaN;
  values[2] = sample.jitterMs ?? NaN;
  values[3] = sample.rttMs ?? NaN;
  values[4] = sample.bitrateKbps ?? NaN;
  values[5] = sample.framesPerSecond ?? NaN;
  values[6] = sample.freezeRatio ?? NaN;
  values[7] = sample.experience ?? NaN;
  values[8] = sample.framesDroppedPercent ?? NaN;
  values[9] = sample.usualBitrateKbps ?? NaN;
  values[10] = sample.outage === undefined ? NaN : sample.outage ? 1 : 0;
}

function rolled(field: keyof typeof METRICS, bands?: { gauge: string; factor: number }): RolledMetric {
  const path = ALIASES[field][0]!;
  const { maximum } = METRICS[field];
  if (bands === undefined) return { field, path, maximum };
  const { distribution } = GAUGES.find(({ name }) => name === bands.gauge)!;
  // Twelve digits: 0.07 × 100 has to be 7.
  const bandBounds = distribution!.bucketBoundaries.map((bound) =>
    Number((bound * bands.factor).toPrecision(12)),
  );
  return { field, path, maximum, bandBounds };
}
