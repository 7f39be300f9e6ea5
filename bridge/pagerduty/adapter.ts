// PagerDuty as a destination: https://developer.pagerduty.com/docs/events-api-v2/overview/
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { ANSWER_BYTES, answerObject } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { firstLine, restLines, withFirstLine } from '../delivery/request-lines.ts';
import { halvedDetails, type Details } from '../rendering/details.ts';
import { linkOf } from '../rendering/link.ts';
import { eventsOf } from './event.ts';

/** Documented for a 429: back off by minutes. */
const TOO_FAST_MS = 60_000;

export interface PagerDutyOptions {
  readonly routingKey: Secret;
  readonly link: string;
}

export function pagerDutyAdapter({ routingKey, link }: PagerDutyOptions): DestinationAdapter {
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => eventsOf(transition, linkOf(link, transition)),
    request: ({ body }) => ({
      headers: { 'content-type': 'application/json' },
      // The key is PagerDuty's credential, and it wants it in the body.
      body: `{"routing_key":${JSON.stringify(routingKey.reveal())},${firstLine(body).slice(1)}`,
      secrets: [routingKey.reveal()],
    }),
    outcome,
    shrink,
    rest: restLines,
  };
}

function outcome(answer: IncomingAnswer): Outcome {
  const { status, retryAfterMs } = answer;
  if (status === 429)
    return { kind: 'retry', reason: 'status 429', retryAfterMs: retryAfterMs ?? TOO_FAST_MS };
  if (status === 400 && complainsOfTheKey(answer)) {
    return { kind: 'credential', reason: 'status 400: the routing key is refused' };
  }
  return outcomeOfStatus(status, retryAfterMs);
}

/** A wrong key is answered like a wrong event, `Length of 'routing_key' is incorrect`; but the event may still be fine. */
function complainsOfTheKey(answer: IncomingAnswer): boolean {
  const errors = answerObject(answer)?.errors;
  return Array.isArray(errors) && errors.some((error) => String(error).includes('routing_key'));
}

function shrink(body: string): string | undefined {
  const event = JSON.parse(firstLine(body)) as { payload?: { custom_details: Details } };
  if (event.payload === undefined) return undefined;
  const details = halvedDetails(event.payload.custom_details);
  if (details === undefined) return undefined;
  return withFirstLine(body, { ...event, payload: { ...event.payload, custom_details: details } });
}
