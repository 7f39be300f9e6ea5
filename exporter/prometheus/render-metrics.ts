// Prometheus text of a collection, written piece by piece with a turn of the event loop in between, so that a scrape of
// many sessions doesn't hold up the samples that arrive meanwhile.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ValueType } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { GaugeLines } from './gauge-lines.ts';
import { prometheusName } from './prometheus-name.ts';

/** Some milliseconds of work. */
const POINTS_PER_PIECE = 4_096;

const SCOPE = { name: '' };
const WITHOUT_TARGET_INFO = true;
const WITHOUT_SCOPE_INFO = true;

/** One scrape. The resource becomes `target_info`, as the OTLP receiver of Prometheus makes it. */
export async function renderMetrics({ resource, scopeMetrics }: ResourceMetrics): Promise<string> {
  const pieces = [renderPiece(targetInfo(resource.attributes))];
  const gaugeLines = new GaugeLines(renderPiece);
  for (const metric of scopeMetrics.flatMap(({ metrics }) => metrics)) {
    const renamed = underPrometheusName(metric);
    for (let start = 0; start < metric.dataPoints.length; start += POINTS_PER_PIECE) {
      await eventLoopTurn();
      const piece = withPoints(renamed, start, start + POINTS_PER_PIECE);
      const isGauge = piece.dataPointType === DataPointType.GAUGE;
      const text = isGauge ? gaugeLines.render(piece) : renderPiece(piece);
      pieces.push(start === 0 ? text : withoutHeader(text));
    }
  }
  return pieces.join('');
}

function renderPiece(metric: MetricData): string {
  const serializer = new PrometheusSerializer(
    undefined,
    false,
    undefined,
    WITHOUT_TARGET_INFO,
    WITHOUT_SCOPE_INFO,
  );
  return serializer.serialize({
    resource: emptyResource(),
    scopeMetrics: [{ scope: SCOPE, metrics: [metric] }],
  });
}

/** A metric may have one HELP and one TYPE line only; they open each piece. */
function withoutHeader(text: string): string {
  return text.replace(/^(?:#.*\n)+/, '');
}

/** The unit is part of the name; without a UNIT line of its own there is nothing for a parser to disagree with. */
function underPrometheusName(metric: MetricData): MetricData {
  const { name, unit } = metric.descriptor;
  const descriptor = { ...metric.descriptor, name: prometheusName(name, unit, kindOf(metric)), unit: '' };
  return { ...metric, descriptor };
}

function kindOf(metric: MetricData): 'counter' | 'gauge' | 'histogram' {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return metric.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return 'histogram';
  }
}

function withPoints(metric: MetricData, start: number, end: number): MetricData {
  return { ...metric, dataPoints: metric.dataPoints.slice(start, end) } as MetricData;
}

function targetInfo(attributes: ResourceMetrics['resource']['attributes']): MetricData {
  return {
    descriptor: {
      name: 'target_info',
      description: 'Target metadata',
      unit: '',
      valueType: ValueType.INT,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: [{ startTime: [0, 0], endTime: [0, 0], attributes, value: 1 }],
  };
}
