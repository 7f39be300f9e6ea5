// What Slack means by an answer. A webhook says `ok` in plain text; the Web API says 200 to everything, and what it means
// stands in the body.
import type { IncomingAnswer } from '../delivery/adapter.ts';
import { answerObject, codeWord } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';

/** Words that are neither about the message nor passing: somebody must mend the token, the channel or the workspace. */
const NEEDS_MENDING: ReadonlySet<string> = new Set([
  'access_denied',
  'account_inactive',
  'action_prohibited',
  // Also said of a private channel that the bot is not in.
  'channel_not_found',
  'ekm_access_denied',
  'invalid_auth',
  'invalid_token',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'not_in_channel',
  'org_login_required',
  'posting_to_general_channel_denied',
  'restricted_action',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
  'user_not_found',
]);

/** What is posted to is there no more. */
const GONE: ReadonlySet<string> = new Set([
  'channel_is_archived',
  'is_archived',
  'no_service',
  'no_service_id',
  'no_team',
  'team_disabled',
]);
/** A webhook belongs to one channel, and nobody can invite it to another. */
const GONE_FOR_WEBHOOKS: ReadonlySet<string> = new Set([...GONE, 'channel_not_found']);

const PASSING: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'rollup_error',
  'service_unavailable',
  'team_added_to_org',
]);

const TOO_LARGE: ReadonlySet<string> = new Set([
  'msg_blocks_too_long',
  'msg_too_long',
  'too_many_attachments',
]);

export function outcomeOfWebhook(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  const word = answer.body?.trim();
  if (status >= 200 && status < 300) {
    return word === 'ok'
      ? { kind: 'delivered', reason: `status ${status}` }
      : { kind: 'retry', reason: `status ${status}: the answer is not ok` };
  }
  return outcomeOfWord(codeWord(word), answer, GONE_FOR_WEBHOOKS) ?? outcomeOfStatus(status, retryAfterMs);
}

export function outcomeOfApi(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  const parsed = answerObject(answer);
  if (status < 200 || status >= 300) {
    return outcomeOfWord(codeWord(parsed?.error), answer) ?? outcomeOfStatus(status, retryAfterMs);
  }
  if (parsed?.ok === true) return { kind: 'delivered', reason: `status ${status}` };
  if (parsed?.ok !== false)
    return { kind: 'retry', reason: `status ${status}: the answer is not that of the API` };
  const word = codeWord(parsed.error);
  return (
    outcomeOfWord(word, answer) ?? {
      kind: 'dead',
      reason: `status ${status}, ${word ?? 'refused without a word'}`,
    }
  );
}

/** Undefined for a word that is not known, or none. */
function outcomeOfWord(
  word: string | undefined,
  { status, retryAfterMs }: IncomingAnswer,
  gone = GONE,
): Outcome | undefined {
  if (word === undefined) return undefined;
  const reason = `status ${status}, ${word}`;
  if (gone.has(word)) return { kind: 'disabled', reason };
  if (NEEDS_MENDING.has(word)) return { kind: 'credential', reason };
  if (TOO_LARGE.has(word)) return { kind: 'too_large', reason };
  if (!PASSING.has(word)) return undefined;
  return retryAfterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, retryAfterMs };
}
