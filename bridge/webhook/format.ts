// The shapes in which the webhook can say the same thing.
import type { Transition } from '../transition/transition.ts';
import { alertmanagerFormat } from './alertmanager.ts';
import { shrunkWebhookBody, webhookBody } from './body.ts';
import { cloudEventsFormat, standardWebhooksFormat } from './data-envelope.ts';

export interface WebhookFormat {
  readonly contentType: string;
  render(transition: Transition, link: string | undefined): string;
  /** The body without its details; undefined when they are gone already. */
  shrink(body: string): string | undefined;
}

/** The guide's own body: no limit of size is known, so it shrinks only when it is refused. */
const guideFormat: WebhookFormat = {
  contentType: 'application/json',
  render: webhookBody,
  shrink: shrunkWebhookBody,
};

export const FORMAT_NAMES = ['guide', 'standard_webhooks', 'cloudevents', 'alertmanager'] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];

/** `receiver` is the destination's id, which Alertmanager's format tells. */
export function formatOf(name: FormatName, receiver: string): WebhookFormat {
  switch (name) {
    case 'guide':
      return guideFormat;
    case 'standard_webhooks':
      return standardWebhooksFormat;
    case 'cloudevents':
      return cloudEventsFormat;
    case 'alertmanager':
      return alertmanagerFormat(receiver);
  }
}
