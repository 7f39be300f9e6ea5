// What a dashboard must be like whatever it shows: identity, order, explanations, links that lead somewhere, and no line
// for each session where there may be fifty thousand.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { UID } from '../../dashboards/grafana/board.ts';
import { SERIES } from '../../dashboards/series.ts';
import { DEGRADED_GAUGE, GAUGES } from '../../receiver/session-gauges/catalogue.ts';
import { panelsOf, queriesOf, readDashboards, readRules } from '../support/dashboard-queries.ts';
import { promqlNames } from '../support/promql-names.ts';

let dashboards: Map<string, Dashboard>;

before(async () => {
  dashboards = await readDashboards();
});

/** Product metrics whose series are there, at 0, before anything happens: `increase` sees their first event. */
const THERE_FROM_THE_START: readonly string[] = [
  SERIES.late,
  SERIES.queueSlaMissed,
  SERIES.genesysMissedTime,
].map(({ name }) => name);

/** What Grafana knows by itself. */
const BUILT_IN = /^(__\w+|datasource)$/;

describe('each dashboard', () => {
  it('can be imported as it is: a fixed uid and schema, and no id of somebody else', () => {
    assert.deepEqual([...dashboards.keys()].toSorted(), Object.keys(UID).toSorted());
    for (const [name, dashboard] of dashboards) {
      assert.equal(dashboard.uid, UID[name as keyof typeof UID]);
      assert.equal(dashboard.schemaVersion, 42);
      assert.ok(!('id' in dashboard) && !('version' in dashboard));
      assert.doesNotMatch(JSON.stringify(dashboard), /"id":null|"uid":"(?!\$\{datasource\}|webrtc-quality-)/);
    }
  });

  it('explains every panel, and gives each an id of its own', () => {
    for (const [name, dashboard] of dashboards) {
      const panels = panelsOf(dashboard);
      for (const { title, description } of panels) assert.ok(title && description, `${name}: ${title}`);
      const ids = (dashboard.panels ?? []).flatMap((panel) => [
        panel.id,
        ...('panels' in panel ? panel.panels.map(({ id }) => id) : []),
      ]);
      assert.equal(new Set(ids).size, ids.length);
    }
  });

  it('has no panel over another, and none beyond the edge', () => {
    for (const [name, { panels = [] }] of dashboards) {
      const cells = new Set<string>();
      for (const panel of panels) {
        const { x, y, w, h } = panel.gridPos!;
        assert.ok(x + w <= 24, `${name}: ${panel.title}`);
        for (let column = x; column < x + w; column += 1) {
          for (let row = y; row < y + h; row += 1) {
            assert.ok(!cells.has(`${column}/${row}`), `${name}: ${panel.title} lies over another`);
            cells.add(`${column}/${row}`);
          }
        }
      }
    }
  });

  it('asks the data source that its reader chose, and knows every variable that it uses', () => {
    for (const [name, dashboard] of dashboards) {
      const variables = new Set((dashboard.templating.list ?? []).map(({ name: variable }) => variable));
      assert.equal(dashboard.templating.list?.[0]?.name, 'datasource');
      for (const { title, datasource } of panelsOf(dashboard))
        assert.equal(datasource?.uid, '${datasource}', `${name}: ${title}`);
      const used = queriesOf(name, dashboard).flatMap(({ where, expr }) =>
        Array.from(expr.matchAll(/\$\{?(\w+)/g), ([, variable]) => [where, variable!] as const),
      );
      for (const [where, variable] of used)
        assert.ok(variables.has(variable) || BUILT_IN.test(variable), `${where}: $${variable}`);
    }
  });

  it('links to the others by a tag that all of them have, and by uids that there are', () => {
    for (const [name, dashboard] of dashboards) {
      const [link] = dashboard.links ?? [];
      assert.equal(link?.type, 'dashboards');
      for (const other of dashboards.values()) assert.ok(other.tags!.includes(link.tags[0]!), name);
      const urls = Array.from(JSON.stringify(dashboard).matchAll(/"url":"\/d\/([\w-]+)/g), ([, uid]) => uid!);
      for (const uid of urls) assert.ok(Object.values<string>(UID).includes(uid), `${name}: ${uid}`);
    }
  });
});

describe('what happens rarely', () => {
  it('is shown when it happens for the first time: its series begins with that event, and has not grown', async () => {
    const appearing = Object.values(SERIES)
      .filter(({ kind, name }) => kind !== 'gauge' && name.startsWith('webrtc_'))
      .filter(({ name }) => !THERE_FROM_THE_START.includes(name))
      .flatMap(({ name, kind }) => (kind === 'histogram' ? [`${name}_bucket`, `${name}_count`] : [name]));
    const queries = [...dashboards].flatMap(([name, dashboard]) => queriesOf(name, dashboard));
    const rules = (await readRules()).map(({ file, expr }) => ({ where: file, expr }));
    const asked = [...queries, ...rules].flatMap(({ where, expr }) =>
      promqlNames(expr)
        .selectors.filter(({ metric }) => appearing.includes(metric))
        .map(({ metric }) => ({ where, expr, metric })),
    );
    assert.ok(new Set(asked.map(({ metric }) => metric)).size >= 8);
    for (const { where, expr, metric } of asked)
      assert.match(expr, new RegExp(`- ${metric}(\\{[^}]*\\})? offset `), where);
  });
});

describe('Fleet', () => {
  it('never draws a line per session: over time only what is summed up, at an instant only the few worst', () => {
    const queries = queriesOf('fleet', dashboards.get('fleet')!);
    const perSession = queries.filter(({ expr }) => promqlNames(expr).groupLabels.includes('session_id'));
    for (const { where, expr, isInstant } of perSession) {
      assert.ok(isInstant, where);
      assert.match(expr, /and on \(session_id\) topk\(20, /, where);
    }
    assert.ok(perSession.length > 0);
    const gauges = new Set([...GAUGES, DEGRADED_GAUGE].map(({ prometheusName }) => prometheusName));
    for (const { where, expr } of queries.filter((query) => !perSession.includes(query))) {
      const bare = promqlNames(expr).selectors.filter(({ metric }) => gauges.has(metric));
      assert.deepEqual(bare, [], where);
    }
  });

  it('leads from a session of its table to the dashboard of that session', () => {
    const table = panelsOf(dashboards.get('fleet')!).find(({ type }) => type === 'table')!;
    const properties = table.fieldConfig!.overrides.find(({ matcher }) => matcher.options === 'session_id')!;
    const links = properties.properties.find(({ id }) => id === 'links')!.value as { url: string }[];
    assert.match(links[0]!.url, new RegExp(`^/d/${UID.session}\\?.*var-session=`));
  });
});

describe('Bridge', () => {
  it("asks for the Collector's names under its own job only, and for its own names under no other", () => {
    for (const { where, expr } of queriesOf('bridge', dashboards.get('bridge')!)) {
      if (where.includes('variable')) continue;
      for (const { metric, text } of promqlNames(expr).selectors)
        assert.ok(text.includes(metric.startsWith('otelcol_') ? 'job=~"$own_job"' : 'job=~"$job"'), where);
    }
  });

  it('takes for its own job one under which a receiver of ours is, also when all are chosen', () => {
    const variable = dashboards.get('bridge')!.templating.list!.find(({ name }) => name === 'own_job')!;
    const [, pattern] = /receiver=~"([^"]+)"/.exec(variable.query as string)!;
    const isOurs = (id: string) => new RegExp(`^(?:${pattern})$`).test(id);
    for (const id of ['webrtcvideo', 'browser/pages', 'genesyscloud']) assert.ok(isOurs(id), id);
    for (const id of ['otlp', 'otlp/browser', 'webrtcvideos']) assert.ok(!isOurs(id), id);
    assert.equal(variable.allValue, undefined);
  });
});

describe('Session', () => {
  it('shows every gauge, and asks for none but of the one session', () => {
    const queries = queriesOf('session', dashboards.get('session')!).filter(
      ({ where }) => !where.includes('variable'),
    );
    for (const { where, expr } of queries) assert.match(expr, /session_id="\$session"/, where);
    const shown = new Set(
      queries.flatMap(({ expr }) => promqlNames(expr).selectors.map(({ metric }) => metric)),
    );
    for (const { prometheusName } of GAUGES) assert.ok(shown.has(prometheusName), prometheusName);
  });

  it('offers a bounded number of sessions for choice', () => {
    const variable = dashboards.get('session')!.templating.list!.find(({ name }) => name === 'session')!;
    assert.match(variable.query as string, /^query_result\(topk\(200, /);
  });

  it('draws the limits of the rules, in the units of the gauges', () => {
    const steps = new Map(
      panelsOf(dashboards.get('session')!).map(({ title, fieldConfig }) => [
        title,
        fieldConfig?.defaults.thresholds?.steps.map(({ value }) => value),
      ]),
    );
    assert.deepEqual(steps.get('MOS'), [null, 3.2, 3.5]);
    assert.deepEqual(steps.get('Packet loss'), [null, 0.02]);
    assert.deepEqual(steps.get('Bitrate'), [null, 500_000]);
    assert.deepEqual(steps.get('Freeze'), [null, 0.3]);
    assert.deepEqual(steps.get('Experience'), [null, 3]);
    assert.equal(steps.get('Jitter'), undefined);
  });
});

describe('what is good or bad', () => {
  /** The fixed colour of a line of that name, or undefined where its name alone decides. */
  const colourOf = (board: string, title: string, line: string) => {
    const panel = panelsOf(dashboards.get(board)!).find((each) => each.title === title)!;
    const override = panel.fieldConfig!.overrides.find(({ matcher }) => {
      assert.equal(matcher.id, 'byRegexp');
      return new RegExp((matcher.options as string).slice(1, -1)).test(line);
    });
    const color = override?.properties.find(({ id }) => id === 'color');
    return (color?.value as { fixedColor: string } | undefined)?.fixedColor;
  };

  it('has its colour: the states of sessions, and what came of attempts', () => {
    const state = (name: string) => colourOf('fleet', 'Sessions by state', name);
    assert.deepEqual(['ok', 'candidate', 'degraded', 'critical'].map(state), [
      ...['green', 'yellow', 'orange', 'red'],
    ]);
    const attempt = (outcome: string) =>
      colourOf('bridge', 'Attempts by destination and outcome', `webhook/eu ${outcome}`);
    assert.deepEqual(['delivered', 'already_delivered', 'retry', 'dead', 'conflict'].map(attempt), [
      ...['green', 'green', 'yellow', 'red', undefined],
    ]);
  });
});

describe('the columns of a table', () => {
  it('begin with the session, and each that is left has its place', () => {
    for (const [board, first] of [
      ['fleet', ['session_id', 'Value #A', 'site']],
      ['session', ['session_id', 'webrtc_codec']],
    ] as const) {
      const table = panelsOf(dashboards.get(board)!).find(({ type }) => type === 'table')!;
      const { indexByName } = table.transformations!.find(({ id }) => id === 'organize')!.options as {
        indexByName: Record<string, number>;
      };
      const order = Object.keys(indexByName).toSorted((a, b) => indexByName[a]! - indexByName[b]!);
      assert.deepEqual(order.slice(0, first.length), first);
      const values = table.targets!.length === 1 ? 0 : table.targets!.length;
      assert.equal(order.filter((name) => name.startsWith('Value')).length, values);
    }
  });
});
