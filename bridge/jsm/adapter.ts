// Jira Service Management Operations as a destination. Its yes is a 202: the call was taken and is worked on.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { urlBelow } from '../delivery/destination-config.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { firstLine, restLines, withFirstLine } from '../delivery/request-lines.ts';
import { halvedDetails, type Details } from '../rendering/details.ts';
import { linkOf } from '../rendering/link.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import { callsOf, type AlertCall } from './alert.ts';

const PATHS = { note: 'notes', close: 'close' } as const;

export interface JsmOptions {
  readonly endpoint: string;
  readonly apiKey: Secret;
  readonly link: string;
}

export function jsmAdapter({ endpoint, apiKey, link }: JsmOptions): DestinationAdapter {
  return {
    render: (transition) => callsOf(transition, linkOf(link, transition)),
    request: (row) => {
      const { call, alias, body } = callOf(row);
      return {
        ...(call !== 'create' && { url: urlOf(endpoint, alias, PATHS[call]) }),
        headers: { 'content-type': 'application/json', authorization: `GenieKey ${apiKey.reveal()}` },
        body: JSON.stringify(body),
      };
    },
    outcome,
    shrink,
    rest: restLines,
  };
}

function outcome({ status, retryAfterMs }: IncomingAnswer, row: OutboxRow): Outcome {
  if (status === 404 && callOf(row).call !== 'create') {
    // Somebody has closed and removed it, or it never got open: there is nothing left to do.
    return { kind: 'already_delivered', reason: 'status 404: no such alert is open' };
  }
  return outcomeOfStatus(status, retryAfterMs);
}

function callOf({ body }: { readonly body: string }): AlertCall {
  return JSON.parse(firstLine(body)) as AlertCall;
}

function urlOf(endpoint: string, alias: string, path: string): URL {
  const url = urlBelow(endpoint, `${encodeURIComponent(alias)}/${path}`);
  url.searchParams.set('identifierType', 'alias');
  return url;
}

function shrink(body: string): string | undefined {
  const call = callOf({ body }) as AlertCall & { body: { details?: Details } };
  const details = call.body.details && halvedDetails(call.body.details);
  return details && withFirstLine(body, { ...call, body: { ...call.body, details } });
}
