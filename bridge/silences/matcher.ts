// One matcher in Alertmanager's notation: `edge=fra-3`, `severity!=critical`, `site=~"berlin-.*"`, `rule!~gap|outage`.
// Pure; which values a transition has under a name is told elsewhere.
import { nearestName } from '../../collector/config/nearest-name.ts';
import { LinearPattern } from './linear-pattern.ts';
import { PatternError } from './pattern-syntax.ts';

export interface Matcher {
  readonly name: string;
  /** `!=` and `!~`: holds when the value is none of these. */
  readonly isNegative: boolean;
  /** Whether the value is, or the pattern matches, this one: before `isNegative` is applied. */
  accepts(value: string): boolean;
  /** For the cheap ones to be asked first. */
  readonly isPattern: boolean;
}

/** A matcher that can't be used. The message says why and quotes nothing of it. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
}

const MAX_MATCHER_LENGTH = 512;
const NOTATION = /^\s*([\w.-]+)\s*(=~|!~|!=|=)(.*)$/s;
/** Between quotes: no bare quote, and no backslash without what it escapes. */
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/s;

/** Throws a MatcherError. `names` are all that a transition can have. */
export function parseMatcher(text: string, names: readonly string[]): Matcher {
  if (text.length > MAX_MATCHER_LENGTH) {
    throw new MatcherError(`is longer than ${MAX_MATCHER_LENGTH} characters`);
  }
  const [, name, operator, rest] = NOTATION.exec(text) ?? [];
  if (name === undefined || operator === undefined || rest === undefined) {
    throw new MatcherError('is no matcher; write it like edge=fra-3, with =, !=, =~ or !~');
  }
  if (!names.includes(name)) throw new MatcherError(unknownName(name, names));
  const value = unquote(rest.trim());
  const isNegative = operator.startsWith('!');
  if (!operator.endsWith('~')) {
    return { name, isNegative, isPattern: false, accepts: (candidate) => candidate === value };
  }
  return { name, isNegative, isPattern: true, accepts: rememberingLast(compile(value)) };
}

/**
 * Why these matchers together may not silence anything; undefined when they may. As in Alertmanager, one of them has to
 * say what is meant: those that an absent value satisfies, or that only leave something out, silence nearly everything.
 */
export function refuseTooWide(matchers: readonly Matcher[]): string | undefined {
  if (matchers.some(({ isNegative, accepts }) => !isNegative && !accepts(''))) return undefined;
  return 'would silence nearly everything: at least one with = or =~ must ask for a value that is not empty';
}

function unknownName(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `has an unknown name; did you mean "${nearest}"?`;
  return `has an unknown name; known are ${names.join(', ')}`;
}

/** As Alertmanager reads it: `\"`, `\\` and `\n` are escapes, any other backslash stands for itself. */
function unquote(text: string): string {
  const isQuoted = text.startsWith('"');
  const inner = isQuoted ? QUOTED.exec(text)?.[1] : text;
  if (inner === undefined) throw new MatcherError('has a value whose quotes do not end where it ends');
  if (!isQuoted && /^(?:[^"\\]|\\.|\\$)*$/s.exec(inner) === null) {
    throw new MatcherError(
      'has a quote inside of its value; put the whole value in quotes, and \\ before the quote',
    );
  }
  return inner.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** The incidents of a storm have the same edge, one after the other. */
function rememberingLast(pattern: LinearPattern): (candidate: string) => boolean {
  let last = '';
  let isLastAccepted = pattern.matches(last);
  return (candidate) => {
    if (candidate !== last) {
      last = candidate;
      isLastAccepted = pattern.matches(candidate);
    }
    return isLastAccepted;
  };
}

function compile(pattern: string): LinearPattern {
  try {
    return LinearPattern.compile(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new MatcherError(`has a regular expression that ${error.message}`, { cause: error });
  }
}
