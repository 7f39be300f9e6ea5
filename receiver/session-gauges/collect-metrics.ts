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

/** A few milliseconds of work. */
const ROWS_PER_TURN = 16_384;

export interface CollectMetricsOptions {
  readonly selection: SessionSelection;
  /** The time of this export, milliseconds since the Unix epoch; the timestamp of every point. */
  readonly timeMs: number;
  /** Whether anything judges sessions. Without it no session is called ok. */
  readonly isJudged: boolean;
}

/** Metrics without a point are left out. */
export async function collectMetrics(
  table: SessionTable,
  { selection, timeMs, isJudged }: CollectMetricsOptions,
): Promise<MetricData[]> {
  const time = toHrTime(timeMs);
  const metrics: MetricData[] = [countSessions(table, time, isJudged)];
  const shown = chooseSessions(table, selection);
  for (const [index, gauge] of GAUGES.entries()) {
    await eventLoopTurn();
    if (gauge.distribution !== undefined) {
      metrics.push(collectDistribution(table, index, gauge.distribution, time));
    }
    const points = await collectPoints(table, shown, () => table.values(index), time);
    metrics.push(gaugeOf(gauge, points, ValueType.DOUBLE));
  }
  if (isJudged) {
    const points = await collectPoints(table, shown, () => table.levels, time);
    metrics.push(gaugeOf(DEGRADED_GAUGE, points, ValueType.INT));
  }
  return metrics.filter(({ dataPoints }) => dataPoints.length > 0);
}

/** The sessions of one export, and where each stood when the export began. */
interface ShownSessions {
  readonly rows: Int32Array;
  readonly sessions: readonly (LiveSession | undefined)[];
}

function chooseSessions(table: SessionTable, selection: SessionSelection): ShownSessions {
  const rows = selectRows(selection, table);
  return { rows, sessions: Array.from(rows, (row) => table.session(row)) };
}

/**
 * Between two turns sessions may end and rows change hands. Only who still stands where it stood is shown, so that no
 * session has two points in one metric. `column` is asked anew after each turn, since a table that grew has others.
 */
async function collectPoints(
  table: SessionTable,
  { rows, sessions }: ShownSessions,
  column: () => Float64Array | Uint8Array,
  time: HrTime,
): Promise<DataPoint<number>[]> {
  const dataPoints: DataPoint<number>[] = [];
  for (let first = 0; first < rows.length; first += ROWS_PER_TURN) {
    await eventLoopTurn();
    const values = column();
    const end = Math.min(first + ROWS_PER_TURN, rows.length);
    for (let index = first; index < end; index++) {
      const row = rows[index]!;
      const session = table.session(row);
      const value = values[row]!;
      if (session === undefined || session !== sessions[index] || Number.isNaN(value)) continue;
      dataPoints.push({ startTime: time, endTime: time, attributes: session.attributes, value });
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
