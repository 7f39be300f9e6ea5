// Whether a silence's matchers hold for a transition, and by which names they can ask for its values. Pure.
import { DIMENSION_KEYS } from '../../receiver/sample.ts';
import type { Transition } from '../transition/transition.ts';
import { parseMatcher, type Matcher } from './matcher.ts';

type ValuesOf = (transition: Transition) => readonly (string | undefined)[];

/** A storm and the pipeline are about no session of their own. */
function sessionOf({ category, subject }: Transition): string | undefined {
  return category === 'quality' || category === 'connection' ? subject : undefined;
}

/** The kind is missing on purpose: a silence is about an incident, not about a step of its life. */
const VALUES: Readonly<Record<string, ValuesOf>> = {
  session: (transition) => [sessionOf(transition)],
  agent: ({ agentId }) => [agentId],
  conversation: ({ conversationId }) => [conversationId],
  category: ({ category }) => [category],
  severity: ({ severity }) => [severity],
  environment: ({ environment }) => [environment],
  subject: ({ subject }) => [subject],
  rule: ({ reasons }) => reasons.map(({ rule }) => rule),
  ...Object.fromEntries(
    DIMENSION_KEYS.map((key): [string, ValuesOf] => [key, ({ dimensions }) => [dimensions[key]]]),
  ),
};

const NAMES = Object.keys(VALUES);

/** Throws a MatcherError. */
export function matcherOf(text: string): Matcher {
  return parseMatcher(text, NAMES);
}

/** Whether all of them hold. What a transition has no value for is the empty text; of several values any counts. */
export function allHold(matchers: readonly Matcher[], transition: Transition): boolean {
  return matchers.every(({ name, isNegative, accepts }) => {
    const values = VALUES[name]!(transition);
    const isAccepted = values.length === 0 ? accepts('') : values.some((value) => accepts(value ?? ''));
    return isAccepted !== isNegative;
  });
}
