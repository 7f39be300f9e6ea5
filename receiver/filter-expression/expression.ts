// A filter as data: what the guide writes as `event.type == 'webrtc-video' && (event.metrics.mos < 3.5 || …)`. Knows no
// event and no text.

export const OPERATORS = ['<', '<=', '>', '>=', '==', '!='] as const;

export type Operator = (typeof OPERATORS)[number];

/** `metrics.mos < 3.5`: a path of an event against a number or a text. */
export interface Comparison {
  readonly kind: 'comparison';
  /** As written, such as `event.metrics.mos`. */
  readonly path: string;
  readonly operator: Operator;
  readonly value: number | string;
  /** Where the path begins, and where the value does, from 1; absent when it was not read from a text. */
  readonly column?: number;
  readonly valueColumn?: number;
}

export type Expression =
  | Comparison
  | { readonly kind: 'not'; readonly operand: Expression }
  /** At least two operands. */
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] };

/** The filter can't be used. The message is for who wrote it, and begins with the column. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** From 1. */
  readonly column: number;

  constructor(column: number, problem: string) {
    super(`column ${column}: ${problem}`);
    this.column = column;
  }
}

/** All comparisons, in the order in which they are written. */
export function comparisonsOf(expression: Expression): readonly Comparison[] {
  switch (expression.kind) {
    case 'comparison':
      return [expression];
    case 'not':
      return comparisonsOf(expression.operand);
    case 'and':
    case 'or':
      return expression.operands.flatMap(comparisonsOf);
  }
}
