// An expression → which records it lets pass. What an event doesn't say is missing, and a comparison with something
// missing is false whatever its operator, `!=` too: absence is no value. `!(…)` turns that round: `!(metrics.mos > 4)`
// lets a sample without a MOS pass.
import type { QualitySample, SessionEvent } from '../sample.ts';
import { type Comparison, type Expression, FilterError, type Operator } from './expression.ts';
import { parseFilter } from './parse.ts';
import { fieldNameOf, recordField } from './record-field.ts';

export type RecordFilter = (record: QualitySample | SessionEvent) => boolean;

/** Throws a FilterError for a text that is no filter, or asks for what no record has. */
export function compileFilter(text: string): RecordFilter {
  return compile(parseFilter(text));
}

function compile(expression: Expression): RecordFilter {
  switch (expression.kind) {
    case 'comparison':
      return compileComparison(expression);
    case 'not': {
      const operand = compile(expression.operand);
      return (record) => !operand(record);
    }
    case 'and': {
      const operands = expression.operands.map(compile);
      return (record) => operands.every((operand) => operand(record));
    }
    case 'or': {
      const operands = expression.operands.map(compile);
      return (record) => operands.some((operand) => operand(record));
    }
  }
}

function compileComparison({ path, operator, value, column = 1, valueColumn = 1 }: Comparison): RecordFilter {
  const name = fieldNameOf(path);
  if (name === undefined) throw new FilterError(column, 'no field of this name is kept of an event');
  const field = recordField(name);
  if (field.kind === 'number') {
    if (typeof value !== 'number') throw new FilterError(valueColumn, 'is compared with a number');
    return (record) => {
      const measured = field.read(record);
      return measured !== undefined && compareNumbers(measured, operator, value);
    };
  }
  if (typeof value !== 'string') throw new FilterError(valueColumn, 'is compared with a text in quotes');
  const wanted = field.wordOf === undefined ? value : field.wordOf(value);
  if (wanted === undefined)
    throw new FilterError(valueColumn, 'is none of the words that this field can have');
  return (record) => {
    const found = field.read(record);
    return found !== undefined && (found === wanted) === (operator === '==');
  };
}

export function compareNumbers(left: number, operator: Operator, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
  }
}
