// Every PromQL expression of the committed dashboards and rules, and where it stands.
import {
  type Dashboard,
  type Panel,
  type RowPanel,
  VariableType,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';
import { readAll } from '../../dashboards/generate.ts';

export interface PlacedQuery {
  /** Such as `fleet: Degraded share`. */
  readonly where: string;
  readonly expr: string;
  /** Asked for one instant, not over a range of time. */
  readonly isInstant: boolean;
}

export interface PlacedRule {
  readonly file: string;
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Omit<PlacedRule, 'file'>[] }[];
}

interface PromTarget {
  readonly expr: string;
  readonly instant?: boolean;
}

/** Grafana's dashboards by their file's name, such as `fleet`. */
export async function readDashboards(): Promise<Map<string, Dashboard>> {
  const dashboards = new Map<string, Dashboard>();
  for (const [path, text] of await readAll()) {
    const [, name] = /^grafana\/(\w+)\.json$/.exec(path) ?? [];
    if (name !== undefined) dashboards.set(name, JSON.parse(text) as Dashboard);
  }
  return dashboards;
}

/** Panels that show something, those of closed rows too. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return 'panels' in panel;
}

/** Of panels, annotations and variables. */
export function queriesOf(name: string, dashboard: Dashboard): PlacedQuery[] {
  const queries = panelsOf(dashboard).flatMap(({ title, targets = [] }) =>
    (targets as unknown as PromTarget[]).map(({ expr, instant = false }) => ({
      where: `${name}: ${title}`,
      expr,
      isInstant: instant,
    })),
  );
  for (const { name: title, expr } of dashboard.annotations.list ?? []) {
    if (expr !== undefined) queries.push({ where: `${name}: annotation ${title}`, expr, isInstant: false });
  }
  for (const { name: variable, type, query } of dashboard.templating.list ?? []) {
    if (type === VariableType.Query)
      queries.push({
        where: `${name}: variable ${variable}`,
        expr: innerQuery(query as string),
        isInstant: true,
      });
  }
  return queries;
}

/** `label_values(a, b)` asks for the values of b, as `count by (b) (a)` does. */
function innerQuery(query: string): string {
  const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
  if (metric !== undefined) return `count by (${label}) (${metric})`;
  const [, expression] = /^query_result\((.+)\)$/s.exec(query) ?? [];
  if (expression === undefined) throw new Error(`no query of a variable: ${query}`);
  return expression;
}

export async function readRules(): Promise<PlacedRule[]> {
  return Array.from(await readAll())
    .filter(([path]) => path.endsWith('.rules.yaml'))
    .flatMap(([file, text]) =>
      (parse(text) as RuleFile).groups.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, file }))),
    );
}
