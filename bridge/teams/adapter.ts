// Microsoft Teams as a destination: a workflow that posts what its webhook gets, or a connector of the older kind.
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { ANSWER_BYTES } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { linkOf } from '../rendering/link.ts';
import { cardOf, shrunkCard } from './card.ts';

export interface TeamsOptions {
  /** What an answer must not show of the webhook's URL. */
  readonly secrets: readonly string[];
  readonly link: string;
}

export function teamsAdapter({ secrets, link }: TeamsOptions): DestinationAdapter {
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => cardOf(transition, linkOf(link, transition)),
    request: ({ body }) => ({ headers: { 'content-type': 'application/json' }, body, secrets }),
    outcome,
    shrink: shrunkCard,
  };
}

function outcome({ status, retryAfterMs, body = '' }: IncomingAnswer): Outcome {
  // The workflow is gone: somebody will make another one and configure its URL.
  if (status === 404 || status === 410)
    return { kind: 'disabled', reason: `status ${status}: no such workflow` };
  const byStatus = outcomeOfStatus(status, retryAfterMs);
  if (byStatus.kind !== 'delivered') return byStatus;
  // A connector says 200 even when Teams behind it did not: `… endpoint returned HTTP error 429 …`.
  const behind = /HTTP error (\d{3})/.exec(body)?.[1];
  if (behind === undefined) return byStatus;
  const inner = outcomeOfStatus(Number(behind), retryAfterMs);
  return { ...inner, reason: `${byStatus.reason}, but Teams behind it answered ${behind}` };
}
