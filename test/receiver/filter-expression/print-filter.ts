// An expression → the guide's notation, with no more parentheses than it needs. What the parser reads back is the same.
import type { Expression } from '../../../receiver/filter-expression/expression.ts';

export function printFilter(expression: Expression): string {
  switch (expression.kind) {
    case 'comparison': {
      const { path, operator, value } = expression;
      return `${path} ${operator} ${typeof value === 'number' ? String(value) : quoted(value)}`;
    }
    case 'not': {
      const { operand } = expression;
      return operand.kind === 'not' ? `!${printFilter(operand)}` : `!(${printFilter(operand)})`;
    }
    case 'and':
      return expression.operands.map((operand) => printOperand(operand, isJoined(operand))).join(' && ');
    case 'or':
      return expression.operands.map((operand) => printOperand(operand, operand.kind === 'or')).join(' || ');
  }
}

function printOperand(operand: Expression, inParentheses: boolean): string {
  const text = printFilter(operand);
  return inParentheses ? `(${text})` : text;
}

function isJoined({ kind }: Expression): boolean {
  return kind === 'and' || kind === 'or';
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
