// The queries of the dashboards as Grafana asks them: with the variables filled in as a board has them when it is opened.
import { type Dashboard, VariableType } from '@grafana/grafana-foundation-sdk/dashboard';
import { queriesOf, readDashboards } from '../support/dashboard-queries.ts';

export interface Question {
  /** Such as `fleet: Degraded share`, with what was chosen for it. */
  readonly where: string;
  readonly expr: string;
}

/** What is not chosen when a board is opened. */
export interface Choices {
  readonly session: string;
  /** What there is of the process's own jobs: Grafana names them when all are chosen. */
  readonly ownJobs: readonly string[];
  /** Grafana makes it of the scrape interval and the zoom. */
  readonly rateInterval: string;
}

/** Of each board, by its file's name. */
export async function boardQuestions(
  choicesFor: (where: string) => Choices,
): Promise<Map<string, readonly Question[]>> {
  const boards = new Map<string, readonly Question[]>();
  for (const [name, dashboard] of await readDashboards()) {
    const questions = queriesOf(name, dashboard).flatMap(({ where, expr }) =>
      fillings(dashboard, expr, choicesFor(where)).map(({ chosen, values }) => ({
        where: chosen === undefined ? where : `${where} (${chosen})`,
        expr: filledIn(where, expr, values),
      })),
    );
    boards.set(name, questions);
  }
  return boards;
}

/** One for each of the values of a variable that has a fixed list of them, or a single one. */
function fillings(
  dashboard: Dashboard,
  expr: string,
  { session, ownJobs, rateInterval }: Choices,
): { readonly chosen?: string; readonly values: ReadonlyMap<string, string> }[] {
  const variables = dashboard.templating.list ?? [];
  const values = new Map<string, string>([
    ['session', session],
    ['own_job', `(${ownJobs.join('|')})`],
    ['__rate_interval', rateInterval],
  ]);
  for (const { name, type, includeAll, allValue, query } of variables) {
    if (includeAll === true && allValue !== undefined) values.set(name, allValue);
    if (type === VariableType.Textbox) values.set(name, query as string);
  }
  const listed = variables.find(
    ({ name, type }) => type === VariableType.Custom && expr.includes(`$${name}`),
  );
  if (listed === undefined) return [{ values }];
  return (listed.query as string)
    .split(',')
    .map((chosen) => ({ chosen, values: new Map([...values, [listed.name, chosen]]) }));
}

function filledIn(where: string, expr: string, values: ReadonlyMap<string, string>): string {
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`${where}: nothing is chosen for ${name}`);
    return value;
  });
}
