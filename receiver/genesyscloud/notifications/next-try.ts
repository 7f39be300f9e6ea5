// What the end of one connection to a channel, or of the try to get one, means: how soon the next try comes, and whether
// somebody must be told. Pure: one table, and the count of failures in a row.
import { backoffMs } from '../../../collector/backoff.ts';
import type { Cause, ChannelCause } from '../platform/cause.ts';
import { type CausePlan, doublingFrom, FIRST_WAIT_MS, PATIENCE, SLOW } from '../platform/retry-plan.ts';

/** How one try ended. Reasons are for people, and quote nothing of an answer. */
export type Ending =
  /** The connection was closed or broke, fell silent, or the channel is no more. Proven: it had served before. */
  | { readonly kind: 'closed'; readonly code: number; readonly isProven: boolean }
  | { readonly kind: 'silent' | 'channel_gone'; readonly isProven: boolean }
  | {
      readonly kind: 'failed';
      readonly cause: Cause;
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
    };

export interface NextTry {
  readonly failureCount: number;
  readonly waitMs: number;
  readonly failure: Failure;
}

export interface Failure {
  readonly cause: ChannelCause;
  readonly reason: string;
  /** It has lasted, or will until somebody mends it. */
  readonly isUnhealthy: boolean;
}

/** What happens while nobody listens is missed: soon at first, and then ever more seldom. */
const FIRST_WAIT_AFTER_SERVICE_MS = 1_000;
const BROKEN = 1_006;

const PLANS: Readonly<Record<ChannelCause, CausePlan>> = {
  ended: { toldAfter: PATIENCE, reason: 'the platform closed the connection' },
  broken: { toldAfter: PATIENCE, reason: 'the connection broke' },
  silent: { toldAfter: PATIENCE, reason: 'the connection fell silent, without even a heartbeat' },
  channel_gone: { toldAfter: PATIENCE, reason: 'the platform has taken the channel away' },
  unreachable: { toldAfter: PATIENCE, reason: 'the platform gave no answer' },
  no_token: { toldAfter: PATIENCE, reason: 'there is no access token' },
  token_refused: { toldAfter: 1, reason: 'no access token is given to us' },
  unauthorized: { toldAfter: 1, reason: 'the credential is refused' },
  forbidden: { isSlow: true, toldAfter: 1, reason: 'a permission is missing' },
  not_found: {
    isSlow: true,
    toldAfter: 1,
    reason: 'there are no notification channels; see region and base_url',
  },
  rate_limited: { toldAfter: PATIENCE, reason: 'too many requests' },
  server_error: { toldAfter: PATIENCE, reason: 'the platform fails' },
  redirected: { toldAfter: 1, reason: 'the platform redirects, which is not followed' },
  refused: { isSlow: true, toldAfter: 1, reason: 'the request is refused; see notifications.topics' },
  unreadable: { toldAfter: 1, reason: 'the answer can not be used' },
};

/** `random`: 0 ≤ x < 1. */
export function nextTry(failuresBefore: number, ending: Ending, random: number): NextTry {
  const cause = causeOf(ending);
  const hadServed = ending.kind !== 'failed' && ending.isProven;
  const failureCount = (hadServed ? 0 : failuresBefore) + 1;
  const { toldAfter, reason } = PLANS[cause];
  return {
    failureCount,
    waitMs: waitAfter(cause, failureCount, ending, random),
    failure: {
      cause,
      reason: ending.kind === 'failed' ? `${reason}: ${ending.reason}` : reason,
      isUnhealthy: failureCount >= toldAfter,
    },
  };
}

function waitAfter(cause: ChannelCause, failureCount: number, ending: Ending, random: number): number {
  // Another channel is to be had at once; that it vanishes, too, is another matter.
  if (cause === 'channel_gone' && failureCount === 1) return 0;
  const wishedMs = (ending.kind === 'failed' && ending.retryAfterMs) || 0;
  if (PLANS[cause].isSlow) return backoffMs(SLOW, 1, random, wishedMs);
  const firstMs = ending.kind === 'failed' ? FIRST_WAIT_MS : FIRST_WAIT_AFTER_SERVICE_MS;
  return backoffMs(doublingFrom(firstMs), failureCount, random, wishedMs);
}

function causeOf(ending: Ending): ChannelCause {
  if (ending.kind === 'failed') return ending.cause;
  if (ending.kind === 'closed') return ending.code === BROKEN ? 'broken' : 'ended';
  return ending.kind;
}
