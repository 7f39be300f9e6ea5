// ServiceNow Event Management as a destination: POST /api/global/em/jsonv2.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer } from '../delivery/adapter.ts';
import { ANSWER_BYTES, answerObject, objectOf } from '../delivery/answer-body.ts';
import { outcomeOfStatus, type Outcome } from '../delivery/outcome.ts';
import { halvedDetails, type Details } from '../rendering/details.ts';
import { linkOf } from '../rendering/link.ts';
import { eventOf, type EventBatch } from './event.ts';

export interface ServiceNowOptions {
  /** Absent when an authenticator brings the credential. */
  readonly basic?: { readonly username: string; readonly password: Secret };
  readonly link: string;
}

export function serviceNowAdapter({ basic, link }: ServiceNowOptions): DestinationAdapter {
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => eventOf(transition, linkOf(link, transition)),
    request: ({ body }) => ({
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(basic !== undefined && { authorization: basicCredential(basic) }),
      },
      body,
      ...(basic !== undefined && { secrets: [basic.password.reveal()] }),
    }),
    outcome,
    shrink,
  };
}

function basicCredential({ username, password }: NonNullable<ServiceNowOptions['basic']>): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, 'utf8').toString('base64')}`;
}

function outcome(answer: IncomingAnswer): Outcome {
  const byStatus = outcomeOfStatus(answer.status, answer.retryAfterMs);
  if (byStatus.kind !== 'delivered') return byStatus;
  // An instance that sleeps, or a login page in front of it, says 200 and means nothing by it.
  if (answer.body?.trimStart().startsWith('<') === true) {
    return { kind: 'retry', reason: `${byStatus.reason}: the answer is a web page, not that of the API` };
  }
  const records = answerObject(answer)?.records;
  const isRefused =
    Array.isArray(records) && records.some((record) => objectOf(record)?.__status === 'failure');
  return isRefused ? { kind: 'dead', reason: `${byStatus.reason}: the record was refused` } : byStatus;
}

function shrink(body: string): string | undefined {
  const batch = JSON.parse(body) as EventBatch;
  const [record] = batch.records;
  const details = halvedDetails(JSON.parse(record.additional_info) as Details);
  return details && JSON.stringify({ records: [{ ...record, additional_info: JSON.stringify(details) }] });
}
