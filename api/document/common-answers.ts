// The answers that every operation has, as the OpenAPI document shows them. What gives them stands in api/http and
// api/access.
import { errorSchema } from '../api-refusal.ts';
import type { AnswerDefinition, Operation } from '../operation.ts';

const RATE_LIMIT_HEADERS = {
  RateLimit: 'How many more requests may come, and when it is a full number again.',
  'RateLimit-Policy': 'How many requests may come in which time.',
} as const;

/** Of every answer to a request whose token was believed. */
export const AUTHENTICATED_HEADERS: Readonly<Record<string, string>> = RATE_LIMIT_HEADERS;

export const RETRY_AFTER = 'After how many seconds to try again.';

const COMMON: Readonly<Record<number, AnswerDefinition>> = {
  400: { description: 'A parameter or the body is not as it must be; the message names what.' },
  401: {
    description: 'The token is missing, or not believed.',
    headers: { 'WWW-Authenticate': 'Which credential is needed, and what is wrong with this one.' },
  },
  403: {
    description: 'The token does not carry the scope that is needed.',
    headers: { 'WWW-Authenticate': 'The scope that is needed.' },
  },
  405: { description: 'The method is not served here.', headers: { Allow: 'The methods that are.' } },
  429: {
    description: 'Too many requests of this client.',
    headers: { 'Retry-After': RETRY_AFTER, ...RATE_LIMIT_HEADERS },
  },
  500: { description: 'A fault of ours.' },
  503: { description: 'Not now; the process is stopping.', headers: { 'Retry-After': RETRY_AFTER } },
};

const OF_A_BODY: Readonly<Record<number, AnswerDefinition>> = {
  413: { description: 'The body is too large.' },
  415: { description: 'The body is not of the type application/json, or is compressed.' },
};

/** All answers of an operation by status; its own win. A refusal that says nothing of its content has the Error. */
export function answersOf({ answers, body }: Operation): ReadonlyMap<number, AnswerDefinition> {
  const all = { ...COMMON, ...(body !== undefined && OF_A_BODY), ...answers };
  return new Map(
    Object.entries(all).map(([status, answer]) => {
      const isRefusal = Number(status) >= 400;
      const content = answer.content ?? (isRefusal ? { 'application/json': errorSchema } : undefined);
      return [Number(status), { ...answer, ...(content !== undefined && { content }) }];
    }),
  );
}
