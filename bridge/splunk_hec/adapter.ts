// Splunk's HTTP Event Collector as a destination. Its 200 means accepted, not indexed; with acknowledgement on, only what
// is indexed counts as delivered.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter, IncomingAnswer, OutgoingRequest } from '../delivery/adapter.ts';
import { ANSWER_BYTES } from '../delivery/answer-body.ts';
import { urlBelow } from '../delivery/destination-config.ts';
import { linkOf } from '../rendering/link.ts';
import { ackIdOf, outcomeOf, outcomeOfAck } from './answer.ts';
import { eventOf, shrunkEvent, type EventPlace } from './event.ts';

export interface Acknowledgement {
  /** A GUID that is this process's own. */
  readonly channel: string;
  readonly pollEveryMs: number;
  readonly timeoutMs: number;
}

export interface SplunkHecOptions {
  readonly endpoint: string;
  readonly token: Secret;
  readonly place: EventPlace;
  /** Absent: a 200 is enough. */
  readonly acknowledgement?: Acknowledgement;
  readonly link: string;
}

export const EVENT_PATH = 'services/collector/event';
const ACK_PATH = 'services/collector/ack';

export function splunkHecAdapter(options: SplunkHecOptions): DestinationAdapter {
  const { endpoint, token, place, acknowledgement, link } = options;
  const headers = {
    'content-type': 'application/json',
    authorization: `Splunk ${token.reveal()}`,
    ...(acknowledgement !== undefined && { 'x-splunk-request-channel': acknowledgement.channel }),
  };

  function askAbout(ackId: number): OutgoingRequest {
    return { url: urlBelow(endpoint, ACK_PATH), headers, body: JSON.stringify({ acks: [ackId] }) };
  }

  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => eventOf(transition, place, linkOf(link, transition)),
    request: ({ body }) => ({ headers, body }),
    outcome: outcomeOf,
    shrink: shrunkEvent,
    ...(acknowledgement !== undefined && {
      confirmation(answer: IncomingAnswer) {
        const ackId = ackIdOf(answer);
        // A token that acknowledges nothing gives no number: its 200 is all that there is to have.
        if (ackId === undefined) return undefined;
        return {
          request: askAbout(ackId),
          everyMs: acknowledgement.pollEveryMs,
          timeoutMs: acknowledgement.timeoutMs,
          outcome: (reply: IncomingAnswer) => outcomeOfAck(reply, ackId),
        };
      },
    }),
  };
}
