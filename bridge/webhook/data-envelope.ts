// The formats that put the incident's document under `data`: Standard Webhooks 1.0.0 and CloudEvents 1.0 in structured
// mode.
import { cutText } from '../rendering/cut-text.ts';
import {
  fitDocument,
  incidentDocument,
  shrunkDocument,
  type IncidentDocument,
} from '../rendering/incident-document.ts';
import { EVENT_NAMES, SOURCE_NAME } from '../rendering/incident-names.ts';
import type { Transition } from '../transition/transition.ts';
import type { WebhookFormat } from './format.ts';

/** Standard Webhooks: keep payloads below 20 kB. */
const STANDARD_WEBHOOKS_MAX_BYTES = 20_000;
/** CloudEvents 1.0, "Size Limits": every intermediary forwards events of 64 KiB. */
const CLOUDEVENTS_MAX_BYTES = 65_536;
/** Longest `subject` of a CloudEvent, in code points; ours to choose. */
const MAX_SUBJECT_LENGTH = 256;
/** Longest environment in a CloudEvent's `source`, in code points, each of up to twelve bytes when percent-encoded. */
const MAX_SOURCE_LENGTH = 128;

export const standardWebhooksFormat: WebhookFormat = {
  contentType: 'application/json',
  render: (transition, link) =>
    rendered(transition, link, STANDARD_WEBHOOKS_MAX_BYTES, {
      type: EVENT_NAMES[transition.category],
      timestamp: new Date(transition.occurredAtMs).toISOString(),
    }),
  shrink: shrunkData,
};

/** Receivers tell repeats by source and id together: neither changes from attempt to attempt. */
export const cloudEventsFormat: WebhookFormat = {
  contentType: 'application/cloudevents+json',
  render: (transition, link) =>
    rendered(transition, link, CLOUDEVENTS_MAX_BYTES, {
      specversion: '1.0',
      id: transition.idempotencyKey,
      source: `/${SOURCE_NAME}/${encodeURIComponent(cutText(transition.environment.toWellFormed(), MAX_SOURCE_LENGTH))}`,
      type: EVENT_NAMES[transition.category],
      time: new Date(transition.occurredAtMs).toISOString(),
      subject: cutText(transition.subject.toWellFormed(), MAX_SUBJECT_LENGTH),
      datacontenttype: 'application/json',
    }),
  shrink: shrunkData,
};

function rendered(
  transition: Transition,
  link: string | undefined,
  maxBytes: number,
  envelope: object,
): string {
  return fitDocument(incidentDocument(transition, link), maxBytes, (data) =>
    JSON.stringify({ ...envelope, data }),
  );
}

function shrunkData(body: string): string | undefined {
  const envelope = JSON.parse(body) as { data: IncidentDocument };
  const data = shrunkDocument(envelope.data);
  return data && JSON.stringify({ ...envelope, data });
}
