// What the end of one try means: how soon the next one comes, and whether somebody must be told. Pure: one table, and
// the count of failures in a row.
import { backoffMs } from '../../../collector/backoff.ts';
import { type Cause, causeOfStatus } from '../platform/cause.ts';
import {
  type CausePlan,
  doublingFrom,
  FIRST_WAIT_MS,
  LONGEST_WAIT_MS,
  PATIENCE,
  SLOW,
} from '../platform/retry-plan.ts';

/** How one try ended. Reasons are for people, and quote nothing of an answer. */
export type Ending =
  /** A whole answer was taken: the platform is asked again after the poll interval. */
  | { readonly kind: 'polled' }
  /**
   * A stream ended, broke, or fell silent. Proven: it had brought something, or lasted. One that is only silent may have
   * nothing to say.
   */
  | { readonly kind: 'ended' | 'broken' | 'silent'; readonly isProven: boolean }
  | { readonly kind: 'unreachable' | 'no_token' | 'token_refused' | 'unreadable'; readonly reason: string }
  /** Renewed: the credential is another one now. */
  | { readonly kind: 'unauthorized'; readonly isRenewed: boolean }
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number };

export interface TryState {
  readonly failureCount: number;
  /** The last try was refused, and its credential has been renewed since. */
  readonly isRenewed: boolean;
}

export interface NextTry {
  readonly state: TryState;
  readonly waitMs: number;
  /** Absent when nothing failed. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly cause: Cause;
  readonly reason: string;
  /** It has lasted, or will until somebody mends it. */
  readonly isUnhealthy: boolean;
}

export interface TryOptions {
  readonly pollIntervalMs: number;
  /** What the stream wishes for as the first wait (`retry:` of SSE). */
  readonly retryMs?: number | undefined;
  /** 0 ≤ x < 1. */
  readonly random: number;
}

export const FIRST_TRY: TryState = { failureCount: 0, isRenewed: false };

const SHORTEST_FIRST_WAIT_MS = 1_000;

const REAL_PLATFORM =
  'Genesys Cloud itself has no such stream: live video quality comes from browsers, by the receivers browser and ' +
  'webrtcvideo; the platform has notifications (states), media statistics (audio) and conversation details (after ' +
  'the call). Set base_url to what serves this API, or realtime.enabled to false';

const PLANS: Readonly<Record<Cause, CausePlan>> = {
  ended: { toldAfter: PATIENCE, reason: 'the stream ended' },
  broken: { toldAfter: PATIENCE, reason: 'the connection broke' },
  silent: { toldAfter: PATIENCE, reason: 'the stream fell silent, without even a heartbeat' },
  unreachable: { toldAfter: PATIENCE, reason: 'the platform gave no answer' },
  no_token: { toldAfter: PATIENCE, reason: 'there is no access token' },
  token_refused: { toldAfter: 1, reason: 'no access token is given to us' },
  unauthorized: { toldAfter: 1, reason: 'the credential is refused (401)' },
  forbidden: { toldAfter: 1, reason: 'the credential lacks a permission (403)' },
  not_found: {
    isSlow: true,
    toldAfter: 1,
    reason: `GET /api/v2/analytics/events/realtime does not exist there (404). ${REAL_PLATFORM}`,
  },
  rate_limited: { toldAfter: PATIENCE, reason: 'too many requests (429)' },
  server_error: { toldAfter: PATIENCE, reason: 'the platform fails' },
  redirected: { toldAfter: 1, reason: 'the platform redirects, which is not followed' },
  refused: { isSlow: true, toldAfter: 1, reason: 'the request is refused; see event_types and filter' },
  unreadable: { toldAfter: 1, reason: 'the answer can not be read' },
};

export function nextTry(before: TryState, ending: Ending, options: TryOptions): NextTry {
  if (ending.kind === 'polled') return { state: FIRST_TRY, waitMs: options.pollIntervalMs };
  const cause = causeOf(ending);
  // Once at once: a second refusal in a row is not cured by yet another token.
  const isRenewed = ending.kind === 'unauthorized' && ending.isRenewed && !before.isRenewed;
  const isFresh = 'isProven' in ending && ending.isProven;
  const failureCount = (isFresh ? 0 : before.failureCount) + (isRenewed ? 0 : 1);
  const { toldAfter, reason } = PLANS[cause];
  return {
    state: { failureCount, isRenewed },
    waitMs: isRenewed ? 0 : waitAfter(cause, failureCount, ending, options),
    failure: {
      cause,
      reason: reasonOf(ending, reason),
      isUnhealthy: failureCount >= toldAfter,
    },
  };
}

/** From 5 s, or what the stream asks for, doubling up to a minute; always some of it by chance, and never shorter. */
function waitAfter(
  cause: Cause,
  failureCount: number,
  ending: Ending,
  { retryMs, random }: TryOptions,
): number {
  const wishedMs = (ending.kind === 'answered' && ending.retryAfterMs) || 0;
  if (PLANS[cause].isSlow) return backoffMs(SLOW, 1, random, wishedMs);
  // What a stream wishes for is meant for its own reconnects, and not for a platform that is overloaded.
  const firstWishMs = ('isProven' in ending ? retryMs : undefined) ?? usualFirstWaitMs(ending);
  const firstMs = Math.min(Math.max(firstWishMs, SHORTEST_FIRST_WAIT_MS), LONGEST_WAIT_MS);
  return backoffMs(doublingFrom(firstMs), failureCount, random, Math.max(wishedMs, firstMs));
}

/** A silence has been waited for long enough already, and what comes after it should not be missed. */
function usualFirstWaitMs(ending: Ending): number {
  return ending.kind === 'silent' && ending.isProven ? SHORTEST_FIRST_WAIT_MS : FIRST_WAIT_MS;
}

function causeOf(ending: Exclude<Ending, { kind: 'polled' }>): Cause {
  return ending.kind === 'answered' ? causeOfStatus(ending.status) : ending.kind;
}

function reasonOf(ending: Ending, reason: string): string {
  if ('reason' in ending) return `${reason}: ${ending.reason}`;
  if (ending.kind === 'answered' && !reason.includes(String(ending.status))) {
    return `${reason} (${ending.status})`;
  }
  return reason;
}
