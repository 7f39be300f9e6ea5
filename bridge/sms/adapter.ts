// SMS over Twilio's API and those that speak it: https://www.twilio.com/docs/messaging/api/message-resource
// It knows no idempotency key: a message whose answer was lost is sent twice.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter } from '../delivery/adapter.ts';
import { ANSWER_BYTES } from '../delivery/answer-body.ts';
import { firstLine, requestLines, restLines } from '../delivery/request-lines.ts';
import { outcomeOfAnswer } from './answer.ts';
import { smsText } from './sms-text.ts';

export interface SmsOptions {
  readonly accountSid: string;
  readonly authToken: Secret;
  /** Who it comes from: a number, or a service that chooses one. */
  readonly sender: { readonly From: string } | { readonly MessagingServiceSid: string };
  /** Numbers in E.164. */
  readonly to: readonly string[];
  readonly link: string;
}

/** One message as it is stored; the sender joins it when it is sent. */
interface StoredMessage {
  readonly To: string;
  readonly Body: string;
}

export function smsAdapter({ accountSid, authToken, sender, to, link }: SmsOptions): DestinationAdapter {
  const credential = Buffer.from(`${accountSid}:${authToken.reveal()}`).toString('base64');
  return {
    answerBytes: ANSWER_BYTES,
    areRequestsIndependent: true,
    render(transition) {
      const Body = smsText(transition, link);
      return requestLines(to.map((To): StoredMessage => ({ To, Body })));
    },
    request({ body }) {
      const { To, Body } = JSON.parse(firstLine(body)) as StoredMessage;
      return {
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${credential}`,
        },
        body: new URLSearchParams({ To, ...sender, Body }).toString(),
        secrets: [authToken.reveal()],
      };
    },
    outcome: outcomeOfAnswer,
    // It is as short as one message can be.
    shrink: () => undefined,
    rest: restLines,
  };
}
