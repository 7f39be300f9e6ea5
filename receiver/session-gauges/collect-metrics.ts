// Turns the table into what the OpenTelemetry SDK exports. Every few thousand points the event loop gets its turn, so that
// an export of many sessions doesn't hold up the samples that arrive meanwhile.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type GaugeMetricData,
  type Histogram,
  type HistogramMetricData,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  ATTRIBUTE,
  DEGRADED_GAUGE,
  type DistributionDefinition,
  GAUGES,
  type MetricDefinition,
  SESSION_STATES,
  SESSIONS_GAUGE,
} from './catalogue.ts';
import { selectRows, type SessionSelection } from './select-rows.ts';
import type { LiveSession, SessionTable } from './session-table.ts';
import type { Series, ShownSeries } from './shown-series.ts';

/** A few milliseconds of work. */
const ROWS_PER_TURN = 16_384;

export interface CollectMetricsOptions {
  readonly selection: SessionSelection;
  /** The time of this export, milliseconds since the Unix epoch; the timestamp of every point. */
  readonly timeMs: number;
  /** Whether anything judges sessions. Without it no session is called ok. */
  readonly isJudged: boolean;
  /** Takes note of what the export has, where somebody wants to know what has ended. */
  readonly series?: ShownSeries | undefined;
}

/** Metrics without a point are left out. */
export async function collectMetrics(
  table: SessionTable,
  { selection, timeMs, isJudged, series }: CollectMetricsOptions,
): Promise<MetricData[]> {
  const time = toHrTime(timeMs);
  const metrics: MetricData[] = [countSessions(table, time, isJudged)];
  const shown = chooseSessions(table, selection, time, series);
  for (const [index, gauge] of GAUGES.entries()) {
    await eventLoopTurn();
    if (gauge.distribution !== undefined) {
      metrics.push(collectDistribution(table, index, gauge.distribution, time));
    }
    const points = await collectPoints(table, shown, index, () => table.values(index));
    metrics.push(gaugeOf(gauge, points, ValueType.DOUBLE));
  }
  if (isJudged) {
    const points = await collectPoints(table, shown, GAUGES.length, () => table.levels);
    metrics.push(gaugeOf(DEGRADED_GAUGE, points, ValueType.INT));
  }
  return metrics.filter(({ dataPoints }) => dataPoints.length > 0);
}

/** The sessions of one export, and where each stood when the export began. */
interface ShownSessions {
  readonly time: HrTime;
  readonly rows: Int32Array;
  readonly sessions: readonly LiveSession[];
  /** What the session was described by: all points of an export say the same of it. */
  readonly attributes: readonly Attributes[];
  readonly series: readonly Series[] | undefined;
}

function chooseSessions(
  table: SessionTable,
  selection: SessionSelection,
  time: HrTime,
  series: ShownSeries | undefined,
): ShownSessions {
  const rows = selectRows(selection, table);
  const sessions = Array.from(rows, (row) => table.session(row)!);
  const attributes = sessions.map((session) => session.attributes);
  return { time, rows, sessions, attributes, series: series?.begin(rows, attributes, time) };
}

/**
 * Between two turns sessions may end and rows change hands. Only who still stands where it stood is shown, so that no
 * session has two points in one metric. `column` is asked anew after each turn, since a table that grew has others.
 * `gauge` is the index among `SESSION_GAUGES`.
 */
async function collectPoints(
  table: SessionTable,
  { time, rows, sessions, attributes, series }: ShownSessions,
  gauge: number,
  column: () => Float64Array | Uint8Array,
): Promise<DataPoint<number>[]> {
  const dataPoints: DataPoint<number>[] = [];
  for (let first = 0; first < rows.length; first += ROWS_PER_TURN) {
    await eventLoopTurn();
    const values = column();
    const end = Math.min(first + ROWS_PER_TURN, rows.length);
    for (let index = first; index < end; index++) {
      const row = rows[index]!;
      const value = values[row]!;
      if (table.session(row) !== sessions[index] || Number.isNaN(value)) continue;
      dataPoints.push({ startTime: time, endTime: time, attributes: attributes[index]!, value });
      if (series !== undefined) series[index]!.exported |= 1 << gauge;
    }
  }
  return dataPoints;
}

function countSessions(table: SessionTable, time: HrTime, isJudged: boolean): GaugeMetricData {
  const counts = SESSION_STATES.map(() => 0);
  for (let row = 0; row < table.rowCount; row++) {
    if (table.isLive(row)) counts[table.levels[row]!]! += 1;
  }
  const point = (value: number, attributes: Attributes) => ({
    startTime: time,
    endTime: time,
    attributes,
    value,
  });
  const dataPoints = isJudged
    ? counts.map((count, level) => point(count, { [ATTRIBUTE.sessionState]: SESSION_STATES[level]! }))
    : [point(counts[0]!, {})];
  return gaugeOf(SESSIONS_GAUGE, dataPoints, ValueType.INT);
}

function collectDistribution(
  table: SessionTable,
  gauge: number,
  { name, unit, description }: DistributionDefinition,
  endTime: HrTime,
): HistogramMetricData {
  const dataPoints: DataPoint<Histogram>[] = [];
  for (const group of table.distributions.groups) {
    const value = group.snapshot(gauge);
    if (value === undefined) continue;
    dataPoints.push({ startTime: toHrTime(group.sinceMs), endTime, attributes: group.attributes, value });
  }
  return {
    descriptor: { name, unit, description, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints,
  };
}

function gaugeOf(
  { name, unit, description }: MetricDefinition,
  dataPoints: DataPoint<number>[],
  valueType: ValueType,
): GaugeMetricData {
  return {
    descriptor: { name, unit, description, valueType },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints,
  };
}

function toHrTime(timeMs: number): HrTime {
  const seconds = Math.floor(timeMs / 1_000);
  return [seconds, Math.round((timeMs - seconds * 1_000) * 1e6)];
}
