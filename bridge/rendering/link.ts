// The link from an incident to the dashboard that shows its session: a URL with places to be filled in.
import type { Transition } from '../transition/transition.ts';

/** How much before the first bad sample and after the transition a dashboard should show. */
const MARGIN_MS = 300_000;

/** What may stand in braces in a link. */
const PLACES: Readonly<Record<string, (transition: Transition) => string | number>> = {
  session_id: ({ subject }) => subject,
  incident_id: ({ incidentId }) => incidentId,
  environment: ({ environment }) => environment,
  from_ms: ({ triggerAtMs }) => triggerAtMs - MARGIN_MS,
  to_ms: ({ occurredAtMs }) => occurredAtMs + MARGIN_MS,
};

export const LINK_PLACES = Object.keys(PLACES)
  .map((name) => `{${name}}`)
  .join(', ');

/** Undefined when there is no template. What is filled in is percent-encoded. */
export function linkOf(template: string, transition: Transition): string | undefined {
  if (template === '') return undefined;
  return filled(template, (place) => String(place(transition)));
}

/** Whether it is a URL once it is filled in, over http or https. */
export function isLinkTemplate(template: string): boolean {
  const sample = filled(template, () => '0');
  return URL.canParse(sample) && /^https?:$/.test(new URL(sample).protocol);
}

function filled(template: string, valueOf: (place: (transition: Transition) => string | number) => string) {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const place = PLACES[name];
    // A lone surrogate can't be encoded.
    return place === undefined ? whole : encodeURIComponent(valueOf(place).toWellFormed());
  });
}
