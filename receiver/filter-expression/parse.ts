// The text of a filter → the expression, by recursive descent:
//
//   any        = all ("||" all)*
//   all        = term ("&&" term)*
//   term       = "!" term | "(" any ")" | comparison
//   comparison = path operator value
//
// Where times are part of it, a value may be `now()` or `now() - 24h` too, and texts are compared with a time by order.
//
// Nothing is ever evaluated as code, and depth and length are bounded.
import { type Comparison, type Expression, FilterError } from './expression.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Deepest nesting of parentheses and negations: more than a person reads. */
export const MAX_DEPTH = 16;

/** Makes times part of the grammar. */
export interface FilterTimes {
  /** What `now()` is, milliseconds since the Unix epoch. */
  readonly nowMs: number;
  isTime(path: string): boolean;
}

/** Throws a FilterError. */
export function parseFilter(text: string, times?: FilterTimes): Expression {
  const parser = new Parser(tokensOf(text, times?.nowMs), times);
  const expression = parser.any(0);
  parser.expectEnd();
  return expression;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #times: FilterTimes | undefined;
  #position = 0;

  constructor(tokens: readonly Token[], times: FilterTimes | undefined) {
    this.#tokens = tokens;
    this.#times = times;
  }

  any(depth: number): Expression {
    return this.#joined('or', '||', () => this.#joined('and', '&&', () => this.#term(depth)));
  }

  expectEnd(): void {
    const { kind, column } = this.#next;
    if (kind === 'end') return;
    throw new FilterError(
      column,
      kind === ')' ? 'this ")" closes nothing' : 'expected "&&", "||" or the end',
    );
  }

  get #next(): Token {
    return this.#tokens[this.#position]!;
  }

  #joined(kind: 'and' | 'or', sign: '&&' | '||', operand: () => Expression): Expression {
    const operands = [operand()];
    while (this.#next.kind === sign) {
      this.#position += 1;
      operands.push(operand());
    }
    return operands.length === 1 ? operands[0]! : { kind, operands };
  }

  #term(depth: number): Expression {
    const token = this.#next;
    if (token.kind !== '!' && token.kind !== '(') return this.#comparison();
    if (depth === MAX_DEPTH) {
      throw new FilterError(token.column, `is nested deeper than ${MAX_DEPTH} levels`);
    }
    this.#position += 1;
    if (token.kind === '!') return { kind: 'not', operand: this.#negated(depth + 1) };
    const inner = this.any(depth + 1);
    if (this.#next.kind !== ')') {
      throw new FilterError(this.#next.column, `expected ")" for the "(" of column ${token.column}`);
    }
    this.#position += 1;
    return inner;
  }

  /** `!metrics.mos < 3` could be read in two ways, so it is not read at all. */
  #negated(depth: number): Expression {
    const { kind, column } = this.#next;
    if (kind === '!' || kind === '(') return this.#term(depth);
    throw new FilterError(column, 'what "!" negates must stand in parentheses');
  }

  #comparison(): Comparison {
    const path = this.#next;
    if (path.kind === 'value') throw new FilterError(path.column, 'a comparison begins with its path');
    if (path.kind !== 'path') throw new FilterError(path.column, 'expected a path such as metrics.mos');
    this.#position += 1;
    const operator = this.#next;
    if (operator.kind !== 'operator') {
      throw new FilterError(operator.column, 'expected one of < <= > >= == !=');
    }
    this.#position += 1;
    const value = this.#next;
    if (value.kind !== 'value') {
      throw new FilterError(value.column, 'expected a number, or a text in quotes');
    }
    const isOrdered = operator.operator !== '==' && operator.operator !== '!=';
    if (typeof value.value === 'string' && isOrdered && this.#times?.isTime(path.path) !== true) {
      throw new FilterError(operator.column, `"${operator.operator}" compares numbers; a text is == or !=`);
    }
    this.#position += 1;
    return {
      kind: 'comparison',
      path: path.path,
      operator: operator.operator,
      value: value.value,
      column: path.column,
      valueColumn: value.column,
    };
  }
}
