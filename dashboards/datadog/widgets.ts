// The vocabulary of widgets, and the frame of a dashboard. Datadog places them by itself, in their order.
import { v1 } from '@datadog/datadog-api-client';
import { DIMENSION_KEYS } from '../../receiver/sample.ts';
import type { GaugeLimit } from '../limits.ts';
import { labelOf, type Series } from '../series.ts';
import { type DatadogQuery, named, pointsText, queryText } from './query.ts';

export interface Chart {
  readonly title: string;
  readonly queries: readonly DatadogQuery[];
  /** Over the queries `a`, `b`, …; by default each of them for itself. */
  readonly formula?: string;
}

/** Restricts a query to the chosen part of the fleet. */
export const OF_PART: readonly string[] = DIMENSION_KEYS.map((key) => `$${labelOf(key)}`);

/** What stands in a dashboard, in this order. */
export function dashboard(
  title: string,
  description: string,
  variables: readonly v1.DashboardTemplateVariable[],
  groups: readonly v1.WidgetDefinition[],
): unknown {
  const board: v1.Dashboard = {
    title,
    description,
    layoutType: 'ordered',
    reflowType: 'auto',
    templateVariables: [...variables],
    widgets: groups.map((definition) => ({ definition })),
  };
  return v1.ObjectSerializer.serialize(board, 'Dashboard', '');
}

/** Every dimension that sessions may carry. */
export function dimensionVariables(): v1.DashboardTemplateVariable[] {
  return DIMENSION_KEYS.map((key) => ({ name: labelOf(key), prefix: key, defaults: ['*'] }));
}

export function group(title: string, definitions: readonly v1.WidgetDefinition[]): v1.GroupWidgetDefinition {
  return {
    type: 'group',
    layoutType: 'ordered',
    title,
    widgets: definitions.map((definition) => ({ definition })),
  };
}

export function note(content: string): v1.NoteWidgetDefinition {
  return { type: 'note', content, hasPadding: true };
}

/** One number, as it is now. From `bad` on it is red. */
export function value({ title, queries, formula }: Chart, bad?: number): v1.QueryValueWidgetDefinition {
  return {
    type: 'query_value',
    title,
    autoscale: true,
    precision: 2,
    requests: [
      {
        ...formulas(queries, formula, 'last'),
        responseFormat: 'scalar',
        ...(bad !== undefined && {
          conditionalFormats: [
            { comparator: '>=', value: bad, palette: 'white_on_red' },
            { comparator: '<', value: bad, palette: 'white_on_green' },
          ],
        }),
      },
    ],
  };
}

/** Lines over time, with the limit of a rule where there is one. */
export function lines(
  { title, queries, formula }: Chart,
  limit?: GaugeLimit,
  displayType: 'line' | 'area' | 'bars' = 'line',
): v1.TimeseriesWidgetDefinition {
  return {
    type: 'timeseries',
    title,
    showLegend: true,
    requests: [{ ...formulas(queries, formula), responseFormat: 'timeseries', displayType }],
    ...(limit !== undefined && { markers: markersOf(limit) }),
  };
}

/** Where the values of all samples lie over time. */
export function heatmap(title: string, series: Series, where: readonly string[]): v1.HeatMapWidgetDefinition {
  return {
    type: 'heatmap',
    title,
    requests: [{ requestType: 'histogram', query: named('a', pointsText(series, where)) }],
  };
}

/** The few at one end. */
export function ranking(
  { title, queries, formula }: Chart,
  count: number,
  order: 'asc' | 'desc',
): v1.ToplistWidgetDefinition {
  const request = formulas(queries, formula, 'avg');
  return {
    type: 'toplist',
    title,
    requests: [
      {
        ...request,
        responseFormat: 'scalar',
        formulas: request.formulas.map((each) => ({ ...each, limit: { count, order } })),
      },
    ],
  };
}

/** `aggregator` makes one number of a series over the time range. */
function formulas(
  queries: readonly DatadogQuery[],
  formula: string | undefined,
  aggregator?: 'last' | 'avg',
) {
  const names = queries.map((_, index) => String.fromCharCode('a'.charCodeAt(0) + index));
  return {
    queries: queries.map((query, index) => ({
      ...named(names[index]!, queryText(query)),
      ...(aggregator !== undefined && { aggregator }),
    })),
    formulas: (formula === undefined ? names : [formula]).map((each) => ({ formula: each })),
  };
}

function markersOf({ bad, critical }: GaugeLimit): v1.WidgetMarker[] {
  const marker = (limit: number, displayType: string) => ({ value: `y = ${limit}`, displayType });
  return critical === undefined
    ? [marker(bad, 'error dashed')]
    : [marker(bad, 'warning dashed'), marker(critical, 'error dashed')];
}
