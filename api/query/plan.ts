// A query → what has to be read and how it is put together, or why it can't be answered. Pure.
import { FilterError } from '../../receiver/filter-expression/expression.ts';
import { fieldNameOf } from '../../receiver/filter-expression/record-field.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { OWN_FIELDS, type GroupField, type GroupFields } from '../rollup/group-fields.ts';
import { BANDED_METRICS, metricIndexOf, ROLLED_METRICS } from '../rollup/rolled-metrics.ts';
import type { TimeRange } from '../rollup/rollups.ts';
import type { ColumnChoice } from '../rollup/stored-block.ts';
import type { Condition } from './condition.ts';
import { formatIsoDuration, parseIsoDuration } from './iso-duration.ts';
import { type AnalyticsQuery, type Statistic, STATISTICS } from './query-schema.ts';
import { parseWhere, type Where } from './where.ts';

export interface QueryPlan {
  readonly range: TimeRange;
  readonly intervalMs: number;
  readonly columns: ColumnChoice;
  readonly selections: readonly Selection[];
  readonly groups: readonly GroupItem[];
  readonly condition: Condition;
}

/** Without a metric it is the count of all records. */
export interface Selection {
  /** As it was asked for. */
  readonly text: string;
  /** The place of the metric in `columns.metrics`. */
  readonly column?: number;
  readonly statistic: Statistic;
}

export interface GroupItem {
  /** As it was asked for. */
  readonly text: string;
  readonly field: GroupField;
  readonly isBand: boolean;
}

/** What is rolled up, and by what. */
export interface RolledUp {
  readonly intervalMs: number;
  readonly fields: GroupFields;
  /** What of the time before now is kept. */
  readonly kept: TimeRange;
}

/** How much of a path is a statistic: after its last dot. */
const LAST_PART = /^(.+)\.(\w+)$/;

/** Throws an ApiRefusal. */
export function planQuery(query: AnalyticsQuery, rolledUp: RolledUp, nowMs: number): QueryPlan {
  const { fields } = rolledUp;
  const where = query.where === undefined ? {} : whereOf(query.where, nowMs, fields);
  const { selections, columns } = selectionsOf(query.select);
  return {
    range: rangeOf(where, rolledUp),
    intervalMs: intervalOf(query.interval, rolledUp.intervalMs),
    columns,
    selections,
    groups: query.group.map((text, index) => groupItemOf(text, index, fields)),
    condition: conditionOf(query.eventTypes, where),
  };
}

function refuse(message: string): never {
  throw new ApiRefusal(400, 'bad.request', message);
}

function whereOf(text: string, nowMs: number, fields: GroupFields): Where {
  try {
    return parseWhere(text, nowMs, fields);
  } catch (error) {
    if (error instanceof FilterError) refuse(`where: ${error.message}`);
    throw error;
  }
}

function intervalOf(text: string | undefined, rolledUpMs: number): number {
  if (text === undefined) return rolledUpMs;
  const intervalMs = parseIsoDuration(text);
  if (intervalMs === undefined) {
    refuse('interval: expected an ISO 8601 duration of weeks, days, hours, minutes or seconds, such as PT5M');
  }
  if (intervalMs % rolledUpMs === 0) return intervalMs;
  refuse(`interval: must be a multiple of ${formatIsoDuration(rolledUpMs)}, which one rollup covers`);
}

/** In whole intervals, of what is kept. Empty when nothing of it is. */
function rangeOf(
  { firstMs = -Infinity, lastMs = Infinity }: Where,
  { intervalMs, kept }: RolledUp,
): TimeRange {
  const fromMs = Math.max(kept.fromMs, Math.floor(firstMs / intervalMs) * intervalMs);
  const toMs = Math.min(kept.toMs, Math.floor(lastMs / intervalMs) * intervalMs + intervalMs);
  if (fromMs < toMs) return { fromMs, toMs };
  const emptyMs = Math.min(fromMs, kept.toMs);
  return { fromMs: emptyMs, toMs: emptyMs };
}

function conditionOf(eventTypes: AnalyticsQuery['eventTypes'], { condition }: Where): Condition {
  const types: ReadonlySet<unknown> = new Set(eventTypes);
  const ofTypes: Condition = { kind: 'field', field: 'type', judge: (type) => types.has(type) };
  return condition === undefined ? ofTypes : { kind: 'and', operands: [ofTypes, condition] };
}

function selectionsOf(texts: readonly string[]): { selections: Selection[]; columns: ColumnChoice } {
  const metrics: number[] = [];
  const sketches = new Set<number>();
  const selections = texts.map((text, index): Selection => {
    if (text === 'count') return { text, statistic: 'count' };
    const [, path = '', statistic = ''] = LAST_PART.exec(text) ?? [];
    if (!isStatistic(statistic)) {
      refuse(`select[${index}]: expected "count", or a metric and one of ${STATISTICS.join(', ')}`);
    }
    const metric = metricOf(path);
    if (metric === undefined) {
      const paths = ROLLED_METRICS.map((each) => each.path).join(', ');
      refuse(`select[${index}]: is no metric; those are ${paths}`);
    }
    if (!metrics.includes(metric)) metrics.push(metric);
    if (isPercentile(statistic)) sketches.add(metric);
    return { text, column: metrics.indexOf(metric), statistic };
  });
  return { selections, columns: { metrics, sketches: [...sketches] } };
}

function groupItemOf(text: string, index: number, fields: GroupFields): GroupItem {
  // The guide groups by `metrics.mos.avg`. A group can't be grouped by its own average: the band is what is meant.
  const path = text.endsWith('.avg') ? text.slice(0, -'.avg'.length) : text;
  const metric = metricOf(path);
  if (metric !== undefined) return bandItemOf(text, index, metric, fields);
  const field = fieldNameOf(text);
  const known: readonly string[] = [...OWN_FIELDS, ...fields.dimensions];
  if (field !== undefined && known.includes(field))
    return { text, field: field as GroupField, isBand: false };
  const bands = fields.bands.map(({ metricIndex }) => ROLLED_METRICS[metricIndex]!.path);
  refuse(`group[${index}]: rollups are not kept by this, but by ${[...known, ...bands].join(', ')}`);
}

function bandItemOf(text: string, index: number, metric: number, fields: GroupFields): GroupItem {
  const { field } = ROLLED_METRICS[metric]!;
  const bands = fields.bands.find(({ metricIndex }) => metricIndex === metric);
  if (bands !== undefined) return { text, field: bands.metric, isBand: true };
  const canHaveBands = (BANDED_METRICS as readonly string[]).includes(field);
  refuse(
    canHaveBands
      ? `group[${index}]: the bands of this metric are not told apart; add ${field} to group_metrics of the rollups`
      : `group[${index}]: this metric has no bands`,
  );
}

function metricOf(path: string): number | undefined {
  const field = fieldNameOf(path);
  return field === undefined ? undefined : metricIndexOf(field);
}

function isStatistic(text: string): text is Statistic {
  return (STATISTICS as readonly string[]).includes(text);
}

export function isPercentile(statistic: Statistic): statistic is 'p50' | 'p95' | 'p99' {
  return statistic.startsWith('p');
}
