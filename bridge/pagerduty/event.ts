// PagerDuty's Events API v2: one transition as the events that bring its alerts to where the incident is.
import { escalationKey, escalationKeysAbove, incidentDedupKey } from '../delivery/escalation-key.ts';
import { cutText } from '../rendering/cut-text.ts';
import { detailsOf, fitDetails } from '../rendering/details.ts';
import { INCIDENT_TYPES, SOURCE_NAME } from '../rendering/incident-names.ts';
import { summaryOf } from '../rendering/title.ts';
import type { Severity, Transition } from '../transition/transition.ts';

/** Documented: a summary of 1024 characters, a body of 512 KB. The others are ours to choose. */
const LIMITS = { summary: 1_024, source: 255, group: 255, link: 2_000, bodyBytes: 512_000 } as const;
/** What the routing key and the brackets of a list add to the body. */
const ROOM_BYTES = 1_000;

const SEVERITIES_THERE: Readonly<Record<Severity, string>> = {
  warning: 'warning',
  high: 'error',
  critical: 'critical',
};

/**
 * The events in the order in which they are sent, one a line. They lack the routing key, which is never stored.
 * After an acknowledgement further triggers under the same key notify nobody: an escalation has a key of its own.
 */
export function eventsOf(transition: Transition, link: string | undefined): string {
  const key = incidentDedupKey(transition);
  const { kind, severity } = transition;
  switch (kind) {
    case 'opened':
    case 'reopened':
    case 'updated':
      return trigger(transition, key, link);
    case 'escalated':
      return trigger(transition, escalationKey(transition, severity), link);
    case 'deescalated':
      // First the one that stays, so that there is no moment at which nothing is open.
      return [trigger(transition, key, link), ...resolve(escalationKeysAbove(transition, severity))].join(
        '\n',
      );
    case 'recovered':
    case 'ended':
      return resolve([key, ...escalationKeysAbove(transition, 'warning')]).join('\n');
  }
}

function trigger(transition: Transition, dedupKey: string, link: string | undefined): string {
  const { category, severity, subject, occurredAtMs, dimensions, environment } = transition;
  const shownLink = link === undefined ? undefined : cutText(link, LIMITS.link);
  return fitDetails(detailsOf(transition, link), LIMITS.bodyBytes - ROOM_BYTES, (details) =>
    JSON.stringify({
      event_action: 'trigger',
      dedup_key: dedupKey,
      payload: {
        summary: cutText(summaryOf(transition), LIMITS.summary),
        source: cutText(subject, LIMITS.source),
        severity: SEVERITIES_THERE[severity],
        timestamp: new Date(occurredAtMs).toISOString(),
        component: 'webrtc-video',
        group: cutText(dimensions.edge ?? dimensions.site ?? environment, LIMITS.group),
        class: INCIDENT_TYPES[category],
        custom_details: details,
      },
      links: shownLink === undefined ? undefined : [{ href: shownLink, text: 'Dashboard' }],
      client: SOURCE_NAME,
      client_url: shownLink,
    }),
  );
}

function resolve(dedupKeys: readonly string[]): readonly string[] {
  return dedupKeys.map((dedup_key) => JSON.stringify({ event_action: 'resolve', dedup_key }));
}
