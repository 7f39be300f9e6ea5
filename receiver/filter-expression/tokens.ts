// The text of a filter → its words. Knows what a word looks like, and not which may follow which.
import { parseDuration } from '../../collector/config/duration.ts';
import { FilterError, OPERATORS, type Operator } from './expression.ts';

export type Token =
  | { readonly kind: 'path'; readonly path: string; readonly column: number }
  | { readonly kind: 'value'; readonly value: number | string; readonly column: number }
  | { readonly kind: 'operator'; readonly operator: Operator; readonly column: number }
  | { readonly kind: '&&' | '||' | '!' | '(' | ')' | 'end'; readonly column: number };

/** Longest filter: it travels in the query of a URL, which servers bound at some 8,000 bytes, encoded. */
export const MAX_FILTER_LENGTH = 1_000;

const BLANK = /[ \t\r\n]+/y;
const PATH = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** In quotes of either kind; a backslash keeps a quote or a backslash from its meaning. */
const TEXT = /'(?:[^'\\\r\n]|\\['"\\])*'|"(?:[^"\\\r\n]|\\['"\\])*"/y;
/** Only where times are part of the grammar: `now()`, and then `- 24h`. */
const NOW = /now\(\)/y;
const SHIFT_SIGN = /[-+]/y;
const SHIFT = /[\w.µμ]+/y;
const SIGN = /&&|\|\||[<>=!]=|[<>!()]/y;

const OPERATOR_SIGNS: ReadonlySet<string> = new Set(OPERATORS);

/** What somebody who wrote this probably meant. */
const INTENDED: Readonly<Record<string, string>> = {
  '=': '"=" alone compares nothing; write "=="',
  '&': '"&" alone joins nothing; write "&&"',
  '|': '"|" alone joins nothing; write "||"',
  "'": 'the text in quotes has no end, or a backslash before something that needs none',
  '"': 'the text in quotes has no end, or a backslash before something that needs none',
};

/**
 * Always ends with an `end`. With `nowMs`, `now()` and what is added to it or taken from it is a number: milliseconds since
 * the Unix epoch. Throws a FilterError.
 */
export function tokensOf(text: string, nowMs?: number): readonly Token[] {
  if (text.length > MAX_FILTER_LENGTH) {
    throw new FilterError(MAX_FILTER_LENGTH + 1, `a filter may have at most ${MAX_FILTER_LENGTH} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeTime = (column: number): Token | undefined => {
    if (nowMs === undefined || take(NOW) === undefined) return undefined;
    take(BLANK);
    const sign = take(SHIFT_SIGN);
    if (sign === undefined) return { kind: 'value', value: nowMs, column };
    take(BLANK);
    const shiftColumn = at + 1;
    const shift = parseDuration(take(SHIFT) ?? '');
    if (shift === undefined) throw new FilterError(shiftColumn, 'expected a duration such as 24h or 1h30m');
    return { kind: 'value', value: sign === '-' ? nowMs - shift.ms : nowMs + shift.ms, column };
  };
  for (;;) {
    take(BLANK);
    const column = at + 1;
    if (at === text.length) return [...tokens, { kind: 'end', column }];
    tokens.push(
      takeTime(column) ??
        pathToken(take(PATH), column) ??
        numberToken(take(NUMBER), column) ??
        textToken(take(TEXT), column) ??
        signToken(take(SIGN), column) ??
        refuse(text, column),
    );
  }
}

function pathToken(path: string | undefined, column: number): Token | undefined {
  return path === undefined ? undefined : { kind: 'path', path, column };
}

function numberToken(digits: string | undefined, column: number): Token | undefined {
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (!Number.isFinite(value)) throw new FilterError(column, 'the number is too large');
  // Adding 0 turns -0 into 0.
  return { kind: 'value', value: value + 0, column };
}

function textToken(quoted: string | undefined, column: number): Token | undefined {
  if (quoted === undefined) return undefined;
  return { kind: 'value', value: quoted.slice(1, -1).replace(/\\(.)/g, '$1'), column };
}

function signToken(sign: string | undefined, column: number): Token | undefined {
  if (sign === undefined) return undefined;
  if (OPERATOR_SIGNS.has(sign)) return { kind: 'operator', operator: sign as Operator, column };
  return { kind: sign as '&&' | '||' | '!' | '(' | ')', column };
}

function refuse(text: string, column: number): never {
  const problem = INTENDED[text[column - 1]!] ?? 'expected a path, a number, a text in quotes or an operator';
  throw new FilterError(column, problem);
}
