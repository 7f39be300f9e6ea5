// The rules and every query of the dashboards through Prometheus' own engine, as promtool has it, on virtual time.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { GENERATED } from '../../dashboards/generate.ts';
import { growth } from '../../dashboards/promql.ts';
import { SERIES } from '../../dashboards/series.ts';
import { queriesOf, readDashboards, readRules } from '../support/dashboard-queries.ts';
import { playFleet, SCRAPE_INTERVAL_MS } from '../support/played-fleet.ts';
import { seriesOf } from '../support/promtool-series.ts';
import { promqlNames } from '../support/promql-names.ts';
import { programPath, without } from './programs.ts';

const RULES = ['recording', 'alerting'].map((name) => join(GENERATED, `prometheus/${name}.rules.yaml`));

/** Resolves with what it wrote; rejects with that when it fails. */
async function promtool(...parameters: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(programPath('promtool'), parameters, {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${String(error)}\n${stdout}${stderr}`, { cause: error });
  }
}

/** What Grafana fills in, for the played fleet. */
const VARIABLES: Readonly<Record<string, string>> = {
  __rate_interval: '1m',
  dimension: 'edge',
  session: 'call-0',
  find: 'call',
};

function filledIn(expr: string): string {
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => VARIABLES[name] ?? '.*');
}

/** Nothing of these happens in a quarter of an hour. */
const NOT_PLAYED = [
  SERIES.givenUp,
  SERIES.genesysConnected,
  SERIES.genesysReconnects,
  SERIES.genesysMissedTime,
].map(({ name }) => name);

describe('promtool', { skip: without('promtool') }, () => {
  it('finds nothing wrong with the rules', async () => {
    await promtool('check', 'rules', '--lint=all', '--lint-fatal', ...RULES);
  });

  it('sees each alert fire and not fire as the tests of the rules say', async () => {
    const folder = new URL('../../dashboards/prometheus/tests/', import.meta.url).pathname;
    const files = (await readdir(folder)).map((name) => join(folder, name));
    assert.equal(files.length, 3);
    await promtool('test', 'rules', ...files);
  });

  it('gets an answer to every query of the dashboards and to every recording from the played fleet', async () => {
    const queries = Array.from(await readDashboards()).flatMap(([name, dashboard]) =>
      queriesOf(name, dashboard),
    );
    const recordings = (await readRules()).filter(({ record }) => record !== undefined);
    const asked = [
      ...queries.map(({ expr }) => filledIn(expr)),
      ...recordings.map(({ record }) => record!),
    ].filter((expr) => !promqlNames(expr).selectors.some(({ metric }) => NOT_PLAYED.includes(metric)));
    assert.ok(asked.length > 100);
    const interval = `${SCRAPE_INTERVAL_MS / 1_000}s`;
    const test = {
      rule_files: RULES,
      evaluation_interval: interval,
      tests: [
        {
          interval,
          input_series: seriesOf(await playFleet(), 'webrtc-quality-bridge'),
          promql_expr_test: [...new Set(asked)].map((expr) => ({
            // A number at some time: a storm is not all the time, and NaN, which is below nothing, is no number.
            expr: `count(count_over_time(((${expr}) < +Inf)[15m:${interval}])) > bool 0`,
            eval_time: '15m',
            exp_samples: [{ labels: '{}', value: 1 }],
          })),
        },
      ],
    };
    await promtoolTest(test);
  });

  it('counts events as whole numbers: the first of their kind, those of one scrape, and those since a restart', async () => {
    const counted = (evaluated: string, value: number) => ({
      expr: `sum(${growth('webrtc_incident_transitions_total', '1m')})`,
      eval_time: evaluated,
      exp_samples: [{ labels: '{}', value }],
    });
    await promtoolTest({
      evaluation_interval: '15s',
      tests: [
        {
          interval: '15s',
          input_series: [
            { series: 'webrtc_incident_transitions_total', values: '_ 1 1 1 1 1 18 18 18 18 18 2' },
          ],
          promql_expr_test: [
            counted('15s', 1),
            counted('75s', 0),
            counted('90s', 17),
            counted('135s', 17),
            counted('150s', 0),
            counted('165s', 2),
          ],
        },
      ],
    });
  });

  it('finds the worst sessions by their level, then by their MOS, and those without one last', async () => {
    const [expr] = queriesOf('fleet', (await readDashboards()).get('fleet')!)
      .filter(({ where }) => where.endsWith('worst sessions'))
      .map((query) => filledIn(query.expr));
    const session = (id: string, level: number, mos?: number) => [
      { series: `webrtc_video_degraded{session_id="${id}"}`, values: String(level) },
      ...(mos === undefined ? [] : [{ series: `webrtc_video_mos{session_id="${id}"}`, values: String(mos) }]),
    ];
    const crowd = Array.from({ length: 40 }, (_, index) => session(`ok-${index}`, 0, 3.6 + index / 100));
    // Twenty are listed: these two, the candidate, and the seventeen of the crowd with the lowest MOS.
    const input_series = [
      session('critical-without-mos', 3),
      session('degraded-high-mos', 2, 4.9),
      session('candidate', 1, 4.8),
      session('ok-without-mos', 0),
      ...crowd,
    ].flat();
    const listed = ['critical-without-mos', 'degraded-high-mos', 'candidate', 'ok-0', 'ok-16'];
    const samples = (found: number) => (found === 0 ? [] : [{ labels: '{}', value: found }]);
    await promtoolTest({
      tests: [
        {
          input_series,
          promql_expr_test: [
            { expr: `count(${expr})`, eval_time: '0s', exp_samples: samples(20) },
            ...listed.map((id) => ({
              expr: `count((${expr}) and on (session_id) webrtc_video_degraded{session_id="${id}"})`,
              eval_time: '0s',
              exp_samples: samples(1),
            })),
            ...['ok-17', 'ok-39', 'ok-without-mos'].map((id) => ({
              expr: `count((${expr}) and on (session_id) webrtc_video_degraded{session_id="${id}"})`,
              eval_time: '0s',
              exp_samples: samples(0),
            })),
          ],
        },
      ],
    });
  });
});

/** Runs a test in promtool's format. */
async function promtoolTest(test: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'promtool-'));
  try {
    const file = join(folder, 'written.test.yaml');
    await writeFile(file, stringify(test, { lineWidth: 0 }));
    await promtool('test', 'rules', file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
