// Queries of Datadog, built over definitions. Over OTLP it keeps OpenTelemetry's names: metrics with their dots, attributes
// as tags. Counters come as counts, histograms as distributions.
import type { v1 } from '@datadog/datadog-api-client';
import { labelOf, type Series } from '../series.ts';

export interface DatadogQuery {
  /** How series are put together: `sum`, `avg`, `min`, `max`. */
  readonly how: 'sum' | 'avg' | 'min' | 'max';
  readonly series: Series;
  /** Tags such as `category:storm`, and template variables such as `$edge`. */
  readonly where?: readonly string[];
  /** Attributes, as OpenTelemetry writes them. */
  readonly by?: readonly string[];
}

/** Throws for a tag that the series doesn't have. */
export function queryText({ how, series, where = [], by = [] }: DatadogQuery): string {
  const tags = where.filter((term) => !term.startsWith('$')).map((term) => term.split(':')[0]!);
  for (const tag of [...tags, ...by]) {
    if (!series.labels.includes(labelOf(tag))) throw new Error(`${series.otelName} has no attribute ${tag}`);
  }
  const scope = where.length === 0 ? '*' : where.join(',');
  const grouping = by.length === 0 ? '' : ` by {${by.join(',')}}`;
  const count = series.kind === 'counter' ? '.as_count()' : '';
  return `${how}:${series.otelName}{${scope}}${grouping}${count}`;
}

/** The points of a distribution, for a heat map. */
export function pointsText(series: Series, where: readonly string[]): string {
  if (series.kind !== 'histogram') throw new Error(`${series.otelName} is no histogram`);
  return `histogram:${series.otelName}{${where.length === 0 ? '*' : where.join(',')}}`;
}

/** A query of a widget, which formulas know by its name. */
export function named(name: string, query: string): v1.FormulaAndFunctionMetricQueryDefinition {
  return { name, dataSource: 'metrics', query };
}
