// The guide's body of the webhook: the incident's document, as JSON.
import { incidentDocument, shrunkDocument, type IncidentDocument } from '../rendering/incident-document.ts';
import type { Transition } from '../transition/transition.ts';

export function webhookBody(transition: Transition, link?: string): string {
  return JSON.stringify(incidentDocument(transition, link));
}

/** The body without its details; undefined when they are gone already. */
export function shrunkWebhookBody(body: string): string | undefined {
  const shrunk = shrunkDocument(JSON.parse(body) as IncidentDocument);
  return shrunk && JSON.stringify(shrunk);
}
