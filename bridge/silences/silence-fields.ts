// What may be written into a silence, in the configuration and over the API alike. Messages quote nothing of it.
import { z } from 'zod';
import { MatcherError, refuseTooWide, type Matcher } from './matcher.ts';
import { matcherOf } from './matching.ts';

const MAX_MATCHERS = 20;
const MAX_AUTHOR_LENGTH = 200;
const MAX_COMMENT_LENGTH = 2_000;

/** In Alertmanager's notation; the texts stay as they are. */
export function matchers() {
  return z
    .array(text(), { error: required('must be a list of matchers such as edge=fra-3') })
    .min(1, { error: 'needs at least one matcher' })
    .max(MAX_MATCHERS, { error: `must have at most ${MAX_MATCHERS} matchers` })
    .superRefine((texts, context) => {
      const problems = texts.map(matcherProblem);
      for (const [index, message] of problems.entries()) {
        if (message !== undefined) context.addIssue({ code: 'custom', path: [index], message });
      }
      if (texts.length === 0 || problems.some((problem) => problem !== undefined)) return;
      const message = refuseTooWide(texts.map(matcherOf));
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
}

/** Throws a MatcherError for texts that the field above refuses. The cheap ones first: most transitions fail those. */
export function compileMatchers(texts: readonly string[]): readonly Matcher[] {
  return texts.map(matcherOf).toSorted((one, other) => Number(one.isPattern) - Number(other.isPattern));
}

/** A point in time with its offset, for without one nobody knows whose clock is meant. `Date.parse` reads it. */
export function instant() {
  return z.iso.datetime({
    offset: true,
    error: required('must be a time with its offset, such as 2026-11-23T22:00:00Z'),
  });
}

export function author() {
  return text()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(MAX_AUTHOR_LENGTH, { error: `must have at most ${MAX_AUTHOR_LENGTH} characters` });
}

export function comment() {
  return text()
    .trim()
    .min(1, { error: 'must not be empty' })
    .max(MAX_COMMENT_LENGTH, { error: `must have at most ${MAX_COMMENT_LENGTH} characters` });
}

export function text() {
  return z.string({ error: required('must be text') });
}

/** The message of a field that is not of its type, or not there. */
export function required(message: string) {
  return ({ input }: { readonly input?: unknown }) => (input === undefined ? 'is missing' : message);
}

function matcherProblem(matcher: string): string | undefined {
  try {
    matcherOf(matcher);
    return undefined;
  } catch (error) {
    if (error instanceof MatcherError) return error.message;
    throw error;
  }
}
