// Dashboards and rules against what the process really serves: every metric and every label that they ask for must have
// been seen on one of its two endpoints.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { MEASURES, SCRAPE_LABELS, type Series, SERIES } from '../../dashboards/series.ts';
import { queriesOf, readDashboards, readRules } from '../support/dashboard-queries.ts';
import { parseExposition } from '../support/exposition.ts';
import { playFleet } from '../support/played-fleet.ts';
import { promqlNames } from '../support/promql-names.ts';

/** What the played quarter of an hour can't bring about: a week of waiting, and Genesys Cloud. */
const NOT_PLAYED: readonly Series[] = [
  SERIES.givenUp,
  SERIES.genesysConnected,
  SERIES.genesysReconnects,
  SERIES.genesysMissedTime,
];

/** Of the one histogram beyond two thousand combinations of dimensions. */
const OVERFLOW = 'otel_metric_overflow';

/** What Prometheus makes itself. */
const OF_PROMETHEUS = new Map([['up', [] as readonly string[]]]);

const ALL = [
  ...Object.values(SERIES),
  ...MEASURES.flatMap(({ gauge, distribution }) =>
    distribution === undefined ? [gauge] : [gauge, distribution],
  ),
];

/** Labels by metric, and kinds by the name of a TYPE line. */
const labels = new Map<string, Set<string>>();
const kinds = new Map<string, string>();

before(async () => {
  for (const { exporter, telemetry } of await playFleet()) {
    // Of the second endpoint only the Collector's metrics are kept: it has the others under other names, without units.
    for (const [text, kept] of [
      [exporter, /^webrtc_/],
      [telemetry, /^otelcol_/],
    ] as const) {
      const { points, types } = parseExposition(text);
      for (const [name, type] of types) if (kept.test(name)) kinds.set(name, type);
      for (const point of points) {
        if (!kept.test(point.name)) continue;
        const known = labels.get(point.name) ?? new Set();
        Object.keys(point.labels).forEach((label) => known.add(label));
        labels.set(point.name, known);
      }
    }
  }
});

describe('the series that dashboards may ask for', () => {
  it('are served under their names, as what they are, with the labels that they are said to have', () => {
    for (const series of ALL) {
      if (NOT_PLAYED.includes(series)) continue;
      assert.equal(kinds.get(series.name), series.kind, series.name);
      const shown = labels.get(series.kind === 'histogram' ? `${series.name}_count` : series.name);
      const told = series.labels.filter((label) => label !== OVERFLOW);
      assert.deepEqual([...(shown ?? [])].toSorted(), told.toSorted(), series.name);
    }
  });

  it('were all served but for those that are known not to be played', () => {
    const unseen = ALL.filter(({ name }) => !kinds.has(name));
    assert.deepEqual(unseen, NOT_PLAYED);
  });
});

describe('every expression', () => {
  it('of panels, annotations and variables asks for metrics and labels that are served', async () => {
    for (const [name, dashboard] of await readDashboards()) {
      const queries = queriesOf(name, dashboard);
      assert.ok(queries.length > 10, name);
      for (const { where, expr } of queries) assertServed(expr, where, new Map());
    }
  });

  it('of rules does, or for what another rule records', async () => {
    const rules = await readRules();
    const recorded = recordedLabels(rules);
    assert.ok(rules.length > 50);
    for (const { alert, record, expr } of rules) assertServed(expr, alert ?? record ?? '', recorded);
  });
});

type Labels = ReadonlyMap<string, ReadonlySet<string>>;

function assertServed(expr: string, where: string, recorded: Labels): void {
  const { selectors, groupLabels } = promqlNames(expr);
  assert.ok(selectors.length > 0, `${where} asks for nothing: ${expr}`);
  const known = new Set<string>([...SCRAPE_LABELS, 'le', '$dimension', ...replacedLabels(expr)]);
  for (const { metric, labels: asked } of selectors) {
    const served = labels.get(metric) ?? unplayed(metric) ?? recorded.get(metric);
    assert.ok(served !== undefined, `${where} asks for ${metric}, which nobody serves`);
    served.forEach((label) => known.add(label));
    const foreign = asked.filter((label) => !served.has(label) && !SCRAPE_LABELS.includes(label));
    assert.deepEqual(foreign, [], `${where}: labels that ${metric} doesn't have`);
  }
  assert.deepEqual(
    groupLabels.filter((label) => !known.has(label)),
    [],
    `${where} groups by labels that nothing of it has`,
  );
}

/** What the catalogue says of a metric that could not be played. */
function unplayed(metric: string): ReadonlySet<string> | undefined {
  const series = NOT_PLAYED.find(({ name }) => name === metric);
  const own = series?.labels ?? OF_PROMETHEUS.get(metric);
  return own && new Set(own);
}

/** Labels that an expression makes itself. */
function replacedLabels(expr: string): string[] {
  return Array.from(expr.matchAll(/label_replace\(.*?, "(\w+)", "\$1"/g), ([, label]) => label!);
}

function recordedLabels(rules: Awaited<ReturnType<typeof readRules>>): Labels {
  return new Map(
    rules.flatMap(({ record, expr }) =>
      record === undefined
        ? []
        : [[record, new Set([...promqlNames(expr).groupLabels, 'dimension', 'part'])] as const],
    ),
  );
}
