// What may be selected and grouped by, in the guide's notation, and what becomes of it: the one table of the gauges.
import { DIMENSION_KEYS } from '../../sample.ts';
import { type MetricBounds, METRICS } from '../../guide-event/metric-bounds.ts';

export interface QueryMetric {
  /** Of the gauge. */
  readonly name: string;
  /** UCUM. */
  readonly unit: string;
  /** From the guide's unit to the gauge's. */
  readonly factor: number;
  readonly bounds: Pick<MetricBounds, 'minimum' | 'maximum'>;
  readonly description: string;
}

/** One of `select`. */
export interface SelectedKey {
  readonly metric: QueryMetric;
  readonly aggregate: string;
}

const BY_PATH: ReadonlyMap<string, QueryMetric> = new Map([
  ['metrics.mos', metric('mos', '', 1, METRICS.mos)],
  ['metrics.packetLossPercent', metric('packet_loss', '1', 1 / 100, METRICS.packetLossPercent)],
  ['metrics.jitter.ms', metric('jitter', 's', 1 / 1_000, METRICS.jitterMs)],
  ['metrics.rtt.ms', metric('round_trip_time', 's', 1 / 1_000, METRICS.rttMs)],
  ['metrics.bitrate.kbps', metric('bitrate', 'bit/s', 1_000, METRICS.bitrateKbps)],
  ['metrics.framesPerSecond', metric('frame_rate', '{frame}/s', 1, METRICS.framesPerSecond)],
  ['metrics.freezeRatio', metric('freeze', '1', 1, METRICS.freezeRatio)],
  ['metrics.experience', metric('experience', '', 1, METRICS.experience)],
]);

const COUNT: QueryMetric = {
  ...metric('events', '{event}', 1, { minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  description: 'How many events there were in the newest interval of the query, by group.',
};

const AGGREGATE = /^(?:avg|min|max|median|p\d{1,2})$/;
/** Few values each, and none of them a person's. */
const ATTRIBUTES: readonly string[] = [...DIMENSION_KEYS, 'codec', 'media', 'direction'];

export const COUNT_KEY = 'count';
export const QUERY_METRICS: readonly QueryMetric[] = [...BY_PATH.values(), COUNT];

/** Such as `metrics.mos.avg` or `count`; undefined when there is no gauge for it. */
export function selectedKey(text: string): SelectedKey | undefined {
  if (text === COUNT_KEY) return { metric: COUNT, aggregate: 'count' };
  const dot = text.lastIndexOf('.');
  const found = BY_PATH.get(text.slice(0, dot));
  const aggregate = text.slice(dot + 1);
  return found !== undefined && AGGREGATE.test(aggregate) ? { metric: found, aggregate } : undefined;
}

export function isGroupKey(text: string): boolean {
  return ATTRIBUTES.includes(text) || (text !== COUNT_KEY && selectedKey(text) !== undefined);
}

function metric(name: string, unit: string, factor: number, bounds: QueryMetric['bounds']): QueryMetric {
  return {
    name: `webrtc.genesys.query.${name}`,
    unit,
    factor,
    bounds,
    description: `What the query says of webrtc.video.${name} in its newest interval, by group. Trend data: it alerts nobody.`,
  };
}
