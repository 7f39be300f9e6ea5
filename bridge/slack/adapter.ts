// Slack as a destination: an incoming webhook, or chat.postMessage of the Web API.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter } from '../delivery/adapter.ts';
import { ANSWER_BYTES } from '../delivery/answer-body.ts';
import { linkOf } from '../rendering/link.ts';
import { outcomeOfApi, outcomeOfWebhook } from './answer.ts';
import { messageOf, shrunkMessage, type SlackMessage } from './message.ts';

export interface SlackOptions {
  /** Of the Web API; empty for a webhook. */
  readonly token: Secret;
  /** Of the Web API; empty for a webhook. */
  readonly channel: string;
  /** What an answer must not show of the webhook's URL. */
  readonly secrets: readonly string[];
  readonly link: string;
}

export function slackAdapter({ token, channel, secrets, link }: SlackOptions): DestinationAdapter {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(!token.isEmpty && { authorization: `Bearer ${token.reveal()}` }),
  };
  return {
    answerBytes: ANSWER_BYTES,
    render: (transition) => JSON.stringify(messageOf(transition, channel, linkOf(link, transition))),
    request: ({ body }) => ({ headers, body, secrets }),
    outcome: token.isEmpty ? outcomeOfWebhook : outcomeOfApi,
    shrink(body) {
      const shrunk = shrunkMessage(JSON.parse(body) as SlackMessage);
      return shrunk && JSON.stringify(shrunk);
    },
  };
}
