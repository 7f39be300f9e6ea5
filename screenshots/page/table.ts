// Rows with labels and values as columns, by the board's transformations and overrides.
import type { FieldConfig } from '../panel/board.ts';
import { inkOn } from '../panel/colours.ts';
import { fieldConfigOf, shown } from '../panel/fields.ts';
import { type Cell, tableOf, transformed } from '../panel/table.ts';
import { element } from './dom.ts';
import type { Draw } from './drawing.ts';

export const drawTable: Draw = (body, panel, answers) => {
  const tables = answers.map(({ target, series }) => tableOf(series, target.refId, answers.length));
  const { columns, rows } = transformed(tables, panel.transformations ?? []);
  if (rows.length === 0) return undefined;
  const configs = columns.map((column) => fieldConfigOf(panel, column));
  const heads = columns.map((column, index) => configs[index]!.displayName ?? column);
  const cells = rows.map((row) => columns.map((column, index) => cellOf(row[column], configs[index]!)));
  body.append(
    element(
      'table',
      '',
      element('tr', '', ...heads.map((head) => element('th', '', head))),
      ...cells.map((row) => element('tr', '', ...row)),
    ),
  );
  return { texts: [...heads, ...cells.flat().map(({ textContent }) => textContent)] };
};

function cellOf(value: Cell, config: FieldConfig): HTMLElement {
  if (value === undefined) return element('td', '', config.noValue ?? '');
  if (typeof value === 'string') return element('td', '', value);
  const { text, colour } = shown(value, config);
  const cell = element('td', '', text);
  const how = config.custom?.cellOptions?.type;
  if (colour !== undefined && how === 'color-text') cell.style.color = colour;
  if (colour !== undefined && how === 'color-background') {
    cell.style.background = colour;
    cell.style.color = inkOn(colour);
  }
  return cell;
}
