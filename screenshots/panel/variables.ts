// The variables of a board: what each stands for, and texts with them filled in.
import type { Variable } from './board.ts';

export type Values = Readonly<Record<string, string>>;

const ALL = '$__all';

/** Of each variable the chosen value, else what the board itself starts with. Throws where there is neither. */
export function valuesOf(variables: readonly Variable[], chosen: Values): Values {
  return Object.fromEntries(
    variables
      .filter(({ type }) => type !== 'datasource')
      .map((variable) => [variable.name, chosen[variable.name] ?? startOf(variable)]),
  );
}

function startOf({ name, type, query, allValue, current }: Variable): string {
  if (type === 'textbox') return typeof query === 'string' ? query : '';
  if (current?.value === ALL && allValue !== undefined) return allValue;
  if (typeof current?.value === 'string' && current.value !== ALL) return current.value;
  throw new Error(`nothing was chosen for the variable ${name}`);
}

/** With `$name` and `${name}` replaced. Throws on a name that stands for nothing. */
export function fillIn(text: string, values: Values): string {
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced ?? '';
    const value = values[name];
    if (value === undefined) throw new Error(`no variable ${name}: ${text}`);
    return value;
  });
}

/** As the head of a board shows it: `All` for what matches everything. */
export function shownValue(variable: Variable, values: Values): string {
  const value = values[variable.name] ?? '';
  return value === variable.allValue ? 'All' : value;
}
