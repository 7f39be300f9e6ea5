// The configuration of the exporter `slack`.
import { z } from 'zod';
import { defineExporter } from '../../collector/define.ts';
import { refuseForbiddenUrl } from '../../collector/egress/egress-config.ts';
import {
  deliveryKeys,
  deliveryOptions,
  endpointUrl,
  headerSecret,
  secretParts,
  secretUrl,
} from '../delivery/destination-config.ts';
import { HttpDestination } from '../delivery/http-destination.ts';
import { SwitchedOffDestination } from '../delivery/switched-off.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { slackAdapter } from './adapter.ts';

const ENDPOINT = 'https://slack.com/api/chat.postMessage';
/** Slack allows about one message a second in a channel. */
const REQUESTS_PER_SECOND = 1;

const configSchema = z
  .strictObject({
    webhook_url: secretUrl()
      .prefault('')
      .describe('URL of an incoming webhook; it is a credential. Empty: token and channel, or switched off.'),
    token: headerSecret()
      .prefault('')
      .describe('Bot token with the scope chat:write, in place of a webhook.'),
    channel: z.string().default('').describe('Id of the channel that the bot posts to, such as C024BE91L.'),
    endpoint: endpointUrl(ENDPOINT).min(1).default(ENDPOINT).describe('The Web API, used with a token.'),
    ...deliveryKeys({ requestsPerSecond: REQUESTS_PER_SECOND }),
  })
  .superRefine((config, context) => {
    const refuse = (key: 'token' | 'channel', message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    refuseForbiddenUrl(config.webhook_url.reveal(), 'webhook_url', config, context);
    if (!config.token.isEmpty) {
      refuseForbiddenUrl(config.endpoint, 'endpoint', config, context);
      if (!config.webhook_url.isEmpty)
        refuse('token', 'two ways in; set either webhook_url, or token and channel');
      if (config.channel === '') refuse('channel', 'is needed beside token');
    }
  });

export const slackFactory = defineExporter({
  type: 'slack',
  summary: 'Posts incidents to a channel of Slack.',
  configSchema,
  signal: 'logs',
  create: (settings, config, outbox: Outbox) => {
    const { webhook_url: webhookUrl, token, channel, link } = config;
    if (webhookUrl.isEmpty && token.isEmpty)
      return new SwitchedOffDestination(settings, 'webhook_url or token');
    const isWebhook = !webhookUrl.isEmpty;
    const url = new URL(isWebhook ? webhookUrl.reveal() : config.endpoint);
    const secrets = isWebhook ? secretParts(url) : [];
    const adapter = slackAdapter({ token, channel: isWebhook ? '' : channel, secrets, link });
    return new HttpDestination(settings, outbox, adapter, {
      ...deliveryOptions(config),
      url,
      auth: undefined,
    });
  },
});
