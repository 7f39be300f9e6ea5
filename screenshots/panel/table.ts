// Answers of instant queries as the rows of a table, and the transformations that the boards have: merge, organize, sortBy.
import type { Transformation } from './board.ts';
import type { Series } from './series.ts';

export type Cell = string | number | undefined;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** Of one query: the time, the labels, and the value, whose column bears the query's letter when there are several. */
export function tableOf(series: readonly Series[], refId: string, queryCount: number): Table {
  const value = queryCount === 1 ? 'Value' : `Value #${refId}`;
  const labels = [...new Set(series.flatMap((each) => Object.keys(each.labels)))];
  return {
    columns: ['Time', ...labels, value],
    rows: series.flatMap((each) =>
      Array.from(each.values, ([atS, number]) => ({ Time: atS, ...each.labels, [value]: number })),
    ),
  };
}

/** Throws on a transformation that no board has had so far, and where several tables are left at the end. */
export function transformed(tables: readonly Table[], transformations: readonly Transformation[]): Table {
  const steps: Readonly<Record<string, (tables: readonly Table[], how: Transformation) => readonly Table[]>> =
    {
      merge: (all) => [merged(all)],
      organize: (all, how) => all.map((table) => organized(table, how)),
      sortBy: (all, { options }) => all.map((table) => sorted(table, options.sort ?? [])),
    };
  const result = transformations.reduce<readonly Table[]>((left, how) => {
    const step = steps[how.id];
    if (step === undefined) throw new Error(`no transformation ${how.id}`);
    return step(left, how);
  }, tables);
  if (result.length !== 1) throw new Error(`${result.length} tables in one panel`);
  return result[0]!;
}

/** Rows of several tables that agree in all columns that both have become one. */
function merged(tables: readonly Table[]): Table {
  const columns = [...new Set(tables.flatMap((table) => table.columns))];
  const isCommon = (column: string) => tables.every((table) => table.columns.includes(column));
  const common = columns.filter(isCommon);
  const rows = new Map<string, Record<string, Cell>>();
  for (const row of tables.flatMap((table) => table.rows)) {
    const key = JSON.stringify(common.map((column) => row[column]));
    rows.set(key, { ...rows.get(key), ...row });
  }
  return { columns, rows: [...rows.values()] };
}

/** Columns that have no place come after those that have one. */
function organized({ columns, rows }: Table, { options }: Transformation): Table {
  const { excludeByName = {}, indexByName = {} } = options;
  const place = (column: string) => indexByName[column] ?? columns.length;
  const left = columns.filter((column) => excludeByName[column] !== true);
  return { columns: left.toSorted((a, b) => place(a) - place(b)), rows };
}

/** By the first field that tells two rows apart. */
function sorted({ columns, rows }: Table, by: readonly { field: string; desc?: boolean }[]): Table {
  const compare = (a: Readonly<Record<string, Cell>>, b: typeof a) => {
    for (const { field, desc = false } of by) {
      const [one, other] = [a[field], b[field]];
      if (one === other) continue;
      if (one === undefined) return 1;
      if (other === undefined) return -1;
      return (one < other ? -1 : 1) * (desc ? -1 : 1);
    }
    return 0;
  };
  return { columns, rows: rows.toSorted(compare) };
}
