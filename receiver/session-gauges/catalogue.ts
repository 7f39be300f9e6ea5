// The one catalogue of the metrics that the table of live sessions gives out: names, units, attributes, buckets, and how
// the numbers are read from a sample. Exporters, dashboards and the reference take theirs from here.
import { DIMENSION_KEYS, type QualitySample } from '../sample.ts';

/** Attribute keys on data points. Never on the resource: Prometheus and Datadog drop resource attributes from series. */
export const ATTRIBUTE = {
  sessionId: 'session.id',
  agentId: 'agent.id',
  codec: 'webrtc.codec',
  mosSource: 'webrtc.mos.source',
  /** Of `webrtc.video.sessions`: one of `SESSION_STATES`. */
  sessionState: 'webrtc.session.state',
  /** Marks the one histogram that takes what exceeds `MAX_DIMENSION_COMBINATIONS`; the name is OpenTelemetry's. */
  overflow: 'otel.metric.overflow',
} as const;

/** What the points of the gauges per session may carry, in this order. */
export const SESSION_ATTRIBUTES: readonly string[] = [
  ATTRIBUTE.sessionId,
  ATTRIBUTE.agentId,
  ATTRIBUTE.codec,
  ATTRIBUTE.mosSource,
  ...DIMENSION_KEYS,
];

/** One metric as every backend sees it. */
export interface MetricDefinition {
  readonly name: string;
  /** UCUM, as OpenTelemetry writes units; empty for a number that has none. */
  readonly unit: string;
  readonly description: string;
  /** What Prometheus calls it, by the translator that Prometheus, Mimir and the Collector share. */
  readonly prometheusName: string;
}

/** A histogram over all sessions, one per combination of dimensions, without session ids. */
export interface DistributionDefinition extends MetricDefinition {
  /** Inclusive upper bounds, ascending, in the metric's unit. */
  readonly bucketBoundaries: readonly number[];
}

/** A gauge per session that shows the newest sample, and the histogram of all samples that belongs to it, if any does. */
export interface GaugeDefinition extends MetricDefinition {
  readonly distribution?: DistributionDefinition;
}

/** `name` and `prometheusName` of the gauge lead to those of its histogram. */
function distributedGauge(
  definition: MetricDefinition & {
    /** The histogram's Prometheus name: unit suffixes come last, and a histogram gets no `_ratio`. */
    readonly distributionPrometheusName: string;
    readonly bucketBoundaries: readonly number[];
  },
): GaugeDefinition {
  const { distributionPrometheusName, bucketBoundaries, ...metric } = definition;
  const distribution = {
    name: `${metric.name}.distribution`,
    unit: metric.unit,
    description: `All samples of ${metric.name}, by the dimensions of their sessions.`,
    prometheusName: distributionPrometheusName,
    bucketBoundaries,
  };
  return { ...metric, distribution };
}

/** Where `webrtc.video.mos` stands among `GAUGES`: the measure by which the worst sessions are chosen. */
export const MOS_GAUGE = 0;

/** The gauges that samples feed. Bucket bounds include the default thresholds of the degradation rules. */
export const GAUGES: readonly GaugeDefinition[] = [
  distributedGauge({
    name: 'webrtc.video.mos',
    unit: '',
    description: 'Mean opinion score, 1 (bad) to 5 (excellent).',
    prometheusName: 'webrtc_video_mos',
    distributionPrometheusName: 'webrtc_video_mos_distribution',
    bucketBoundaries: [1.5, 2, 2.5, 3, 3.2, 3.5, 3.8, 4, 4.2, 4.4, 4.6],
  }),
  distributedGauge({
    name: 'webrtc.video.packet_loss',
    unit: '1',
    description: 'Fraction of packets lost in the interval, 0 to 1.',
    prometheusName: 'webrtc_video_packet_loss_ratio',
    distributionPrometheusName: 'webrtc_video_packet_loss_distribution',
    bucketBoundaries: [0, 0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5],
  }),
  distributedGauge({
    name: 'webrtc.video.jitter',
    unit: 's',
    description: 'Interarrival jitter.',
    prometheusName: 'webrtc_video_jitter_seconds',
    distributionPrometheusName: 'webrtc_video_jitter_distribution_seconds',
    bucketBoundaries: [0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5],
  }),
  distributedGauge({
    name: 'webrtc.video.round_trip_time',
    unit: 's',
    description: 'Round-trip time of the media path.',
    prometheusName: 'webrtc_video_round_trip_time_seconds',
    distributionPrometheusName: 'webrtc_video_round_trip_time_distribution_seconds',
    bucketBoundaries: [0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1, 2],
  }),
  distributedGauge({
    name: 'webrtc.video.bitrate',
    unit: 'bit/s',
    description: 'Bit rate of the video stream.',
    prometheusName: 'webrtc_video_bitrate_bit_per_second',
    distributionPrometheusName: 'webrtc_video_bitrate_distribution_bit_per_second',
    bucketBoundaries: [50e3, 150e3, 300e3, 500e3, 750e3, 1e6, 1.5e6, 2.5e6, 4e6, 8e6],
  }),
  distributedGauge({
    name: 'webrtc.video.frame_rate',
    unit: '{frame}/s',
    description: 'Frames shown or sent per second.',
    prometheusName: 'webrtc_video_frame_rate_per_second',
    distributionPrometheusName: 'webrtc_video_frame_rate_distribution_per_second',
    bucketBoundaries: [0, 1, 5, 10, 15, 20, 25, 30, 60],
  }),
  distributedGauge({
    name: 'webrtc.video.freeze',
    unit: '1',
    description: 'Fraction of the interval during which the picture stood still, 0 to 1.',
    prometheusName: 'webrtc_video_freeze_ratio',
    distributionPrometheusName: 'webrtc_video_freeze_distribution',
    bucketBoundaries: [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 0.9, 0.99],
  }),
  distributedGauge({
    name: 'webrtc.video.experience',
    unit: '',
    description:
      'What a viewer would say of the picture, 1 (bad) to 5 (excellent): freezes and frames, not the network.',
    prometheusName: 'webrtc_video_experience',
    distributionPrometheusName: 'webrtc_video_experience_distribution',
    bucketBoundaries: [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 4.9],
  }),
  distributedGauge({
    name: 'webrtc.video.frames_dropped',
    unit: '1',
    description: 'Fraction of the frames that arrived in the interval and were thrown away unseen, 0 to 1.',
    prometheusName: 'webrtc_video_frames_dropped_ratio',
    distributionPrometheusName: 'webrtc_video_frames_dropped_distribution',
    bucketBoundaries: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  }),
  // No distribution: a yes or no has none worth its series, and outages are counted as transitions.
  {
    name: 'webrtc.video.outage',
    unit: '',
    description: '1 while nothing arrives after earlier traffic, 0 while something does.',
    prometheusName: 'webrtc_video_outage',
  },
];

/**
 * Writes the sample's value for each of `GAUGES`, at its index and in its unit; NaN where the sample doesn't tell. One
 * function for all: a reader per gauge, called through the list, costs five times as much, and this runs for every sample.
 */
export function readGauges(sample: QualitySample, values: Float64Array): void {
  values[0] = sample.mos ?? NaN;
  values[1] = (sample.packetLossPercent ?? NaN) / 100;
  values[2] = (sample.jitterMs ?? NaN) / 1_000;
  values[3] = (sample.rttMs ?? NaN) / 1_000;
  values[4] = (sample.bitrateKbps ?? NaN) * 1_000;
  values[5] = sample.framesPerSecond ?? NaN;
  values[6] = sample.freezeRatio ?? NaN;
  values[7] = sample.experience ?? NaN;
  values[8] = (sample.framesDroppedPercent ?? NaN) / 100;
  values[9] = sample.outage === undefined ? NaN : sample.outage ? 1 : 0;
}

/** The gauge per session that the processor feeds. Given out only when something judges sessions at all. */
export const DEGRADED_GAUGE: MetricDefinition = {
  name: 'webrtc.video.degraded',
  unit: '',
  description: 'What the degradation rules say of the session: 0 ok, 1 candidate, 2 degraded, 3 critical.',
  prometheusName: 'webrtc_video_degraded',
};

/** All gauges per session, in the order in which an export has them. */
export const SESSION_GAUGES: readonly MetricDefinition[] = [...GAUGES, DEGRADED_GAUGE];

/** The values of `webrtc.session.state`, at the index of their degraded level. They exclude each other. */
export const SESSION_STATES = ['ok', 'candidate', 'degraded', 'critical'] as const;

/** How many sessions are live; the sum over its states is their number. Without a judge it has one point and no state. */
export const SESSIONS_GAUGE: MetricDefinition = {
  name: 'webrtc.video.sessions',
  unit: '{session}',
  description: 'Live sessions, by what the degradation rules say of them.',
  prometheusName: 'webrtc_video_sessions',
};

/** More combinations than these share one histogram, so that a dimension with ever new values can't fill the memory. */
export const MAX_DIMENSION_COMBINATIONS = 2_000;

/** Every metric of this file, for references and dashboards. */
export const CATALOGUE: readonly MetricDefinition[] = [
  ...SESSION_GAUGES,
  SESSIONS_GAUGE,
  ...GAUGES.flatMap(({ distribution }) => distribution ?? []),
];
