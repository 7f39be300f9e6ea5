// What it means that a poll failed: how soon the next one comes, and whether somebody must be told. Pure: one table, and
// what a source has to say of a cause beyond it.
import { backoffMs } from '../../../collector/backoff.ts';
import type { Cause } from './cause.ts';
import type { PlatformFault } from './platform-client.ts';
import { doublingFrom, FIRST_WAIT_MS, PATIENCE, SLOW } from './retry-plan.ts';

export interface PollPlan {
  readonly waitMs: number;
  /** For people. */
  readonly reason: string;
  /** It has lasted, or will until somebody mends it. */
  readonly isUnhealthy: boolean;
}

/** What differs from source to source. */
export interface PollRules {
  /** What stands in place of the usual words. */
  readonly reasons: Readonly<Partial<Record<Cause, string>>>;
  /** Up to which waits double. */
  readonly longestWaitMs: number;
  /** After these only a person can help: they are asked for every few minutes. */
  readonly slowAfter: readonly Cause[];
}

const PASSING: readonly Cause[] = ['broken', 'unreachable', 'no_token', 'rate_limited', 'server_error'];

const REASONS: Readonly<Partial<Record<Cause, string>>> = {
  broken: 'the connection broke',
  unreachable: 'the platform gave no answer',
  no_token: 'there is no access token',
  token_refused: 'no access token is given to us',
  unauthorized: 'the credential is refused (401)',
  forbidden: 'the credential lacks a permission (403)',
  not_found: 'this does not exist there (404)',
  rate_limited: 'too many requests (429)',
  server_error: 'the platform fails',
  redirected: 'the platform redirects, which is not followed',
  refused: 'the request is refused',
};

/** `failureCount`: failures in a row, with this one. `random`: 0 ≤ x < 1. */
export function planAfter(
  fault: PlatformFault,
  failureCount: number,
  rules: PollRules,
  random: number,
): PollPlan {
  const { cause, retryAfterMs } = fault;
  const isSlow = rules.slowAfter.includes(cause);
  const schedule = isSlow ? SLOW : doublingFrom(FIRST_WAIT_MS, rules.longestWaitMs);
  return {
    waitMs: backoffMs(schedule, failureCount, random, retryAfterMs),
    reason: reasonOf(fault, rules.reasons[cause] ?? REASONS[cause]),
    isUnhealthy: failureCount >= (PASSING.includes(cause) ? PATIENCE : 1),
  };
}

function reasonOf({ reason, status, correlationId }: PlatformFault, words: string | undefined): string {
  // A status says all that the fault does.
  const told =
    words === undefined || status === undefined
      ? [words, reason].filter((part) => part !== undefined).join(': ')
      : words.includes(`(${status})`)
        ? words
        : `${words} (${status})`;
  return correlationId === undefined ? told : `${told}; correlation id ${correlationId}`;
}
