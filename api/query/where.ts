// The `where` of a query: a filter, of which rollups can judge two things exactly: the time, in whole intervals, and the
// fields by which they are kept. Everything else is refused rather than answered wrong.
import {
  type Comparison,
  type Expression,
  FilterError,
} from '../../receiver/filter-expression/expression.ts';
import { parseFilter } from '../../receiver/filter-expression/parse.ts';
import { fieldNameOf, recordField } from '../../receiver/filter-expression/record-field.ts';
import { ALIASES } from '../../receiver/guide-event/alias-table.ts';
import { parseEventTime } from '../../receiver/guide-event/event-time.ts';
import { OWN_FIELDS, type GroupField, type GroupFields } from '../rollup/group-fields.ts';
import { type Condition, UNKNOWN_VALUE } from './condition.ts';

export interface Where {
  /** The first and the last millisecond that it lets pass; absent where it sets no limit. */
  readonly firstMs?: number;
  readonly lastMs?: number;
  /** Absent: it asks for nothing but time. */
  readonly condition?: Condition;
}

const TIME_PATHS: ReadonlySet<string> = new Set(ALIASES.timestamp);

/** Throws a FilterError. */
export function parseWhere(text: string, nowMs: number, fields: GroupFields): Where {
  let firstMs = -Infinity;
  let lastMs = Infinity;
  const conditions: Condition[] = [];
  for (const conjunct of conjunctsOf(parseFilter(text, { nowMs, isTime }))) {
    if (conjunct.kind !== 'comparison' || !isTime(conjunct.path)) {
      conditions.push(conditionOf(conjunct, fields));
      continue;
    }
    const limit = limitOf(conjunct);
    firstMs = Math.max(firstMs, limit.firstMs ?? firstMs);
    lastMs = Math.min(lastMs, limit.lastMs ?? lastMs);
  }
  return {
    ...(firstMs !== -Infinity && { firstMs }),
    ...(lastMs !== Infinity && { lastMs }),
    ...(conditions.length > 0 && { condition: { kind: 'and', operands: conditions } }),
  };
}

function isTime(path: string): boolean {
  return TIME_PATHS.has(path.replace(/^event\./, ''));
}

function conjunctsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'and' ? expression.operands.flatMap(conjunctsOf) : [expression];
}

function limitOf({ operator, value, column = 1, valueColumn = 1 }: Comparison) {
  const timeMs = parseEventTime(value);
  if (timeMs === undefined) {
    throw new FilterError(valueColumn, 'expected a time such as now() - 24h or "2026-01-31T12:00:00Z"');
  }
  switch (operator) {
    case '>':
      return { firstMs: timeMs + 1 };
    case '>=':
      return { firstMs: timeMs };
    case '<':
      return { lastMs: timeMs - 1 };
    case '<=':
      return { lastMs: timeMs };
    case '==':
    case '!=':
      throw new FilterError(column, 'rollups know no single instant: a time is compared by < <= > >=');
  }
}

function conditionOf(expression: Expression, fields: GroupFields): Condition {
  switch (expression.kind) {
    case 'comparison':
      return fieldConditionOf(expression, fields);
    case 'not':
      return { kind: 'not', operand: conditionOf(expression.operand, fields) };
    case 'and':
    case 'or':
      return {
        kind: expression.kind,
        operands: expression.operands.map((operand) => conditionOf(operand, fields)),
      };
  }
}

function fieldConditionOf(comparison: Comparison, fields: GroupFields): Condition {
  const { path, operator, value, column = 1, valueColumn = 1 } = comparison;
  if (isTime(path)) {
    throw new FilterError(
      column,
      'a time is a limit of the whole: join it to the rest by "&&", outside of "!" and "||"',
    );
  }
  const name = fieldNameOf(path);
  if (name === undefined) throw new FilterError(column, 'no field of this name is kept of an event');
  const field = recordField(name);
  if (field.kind === 'number') {
    throw new FilterError(
      column,
      'rollups hold no single values: leave the metric out, and group by its bands',
    );
  }
  const known: readonly string[] = [...OWN_FIELDS, ...fields.dimensions];
  if (!known.includes(name)) {
    throw new FilterError(column, `rollups are not kept by this field, but by ${known.join(', ')}`);
  }
  if (typeof value !== 'string') throw new FilterError(valueColumn, 'is compared with a text in quotes');
  const wanted = field.wordOf === undefined ? value : field.wordOf(value);
  if (wanted === undefined)
    throw new FilterError(valueColumn, 'is none of the words that this field can have');
  const isWanted = operator === '==';
  return {
    kind: 'field',
    field: name as GroupField,
    // A comparison with something missing is false whatever its operator, as in every filter.
    judge: (found) =>
      found === UNKNOWN_VALUE ? undefined : found !== undefined && (found === wanted) === isWanted,
  };
}
