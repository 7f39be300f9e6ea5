// Alerts of Jira Service Management Operations (the API that was Opsgenie's): one transition as the calls that bring its
// alerts to where the incident is.
import { escalationKey, escalationKeysAbove, incidentDedupKey } from '../delivery/escalation-key.ts';
import { requestLines } from '../delivery/request-lines.ts';
import { cutText } from '../rendering/cut-text.ts';
import { detailsOf, fitDetails, textDetails } from '../rendering/details.ts';
import { INCIDENT_TYPES, SOURCE_NAME } from '../rendering/incident-names.ts';
import { summaryOf, titleOf } from '../rendering/title.ts';
import type { Severity, Transition } from '../transition/transition.ts';

/**
 * Documented: a message of 130, a description of 15000 characters. Entity, tag, note and details as Opsgenie's own
 * documentation of the same call gives them; the details are counted in bytes here, which is stricter.
 */
const LIMITS = {
  message: 130,
  description: 15_000,
  entity: 512,
  tag: 50,
  note: 25_000,
  detailsBytes: 8_000,
} as const;

const PRIORITIES: Readonly<Record<Severity, string>> = { critical: 'P1', high: 'P2', warning: 'P3' };

/** One call: to the alerts themselves, or to one of them by its alias. */
export interface AlertCall {
  readonly call: 'create' | 'note' | 'close';
  readonly alias: string;
  readonly body: object;
}

/**
 * The calls, one a line. A repeat of an alias that is open only counts up: it changes no priority and notifies nobody.
 * So an escalation is an alert of its own, and everything else that happens meanwhile is a note. A note to an alert that is
 * not open is taken with a 202 and lost; the repeat before it makes sure that there is one.
 */
export function callsOf(transition: Transition, link: string | undefined): string {
  const alias = incidentDedupKey(transition);
  const { kind, severity } = transition;
  switch (kind) {
    case 'opened':
    case 'reopened':
      return requestLines([create(transition, alias, link)]);
    case 'escalated':
      return requestLines([create(transition, escalationKey(transition, severity), link)]);
    case 'updated':
      return requestLines([create(transition, alias, link), call('note', alias, transition)]);
    case 'deescalated':
      return requestLines([
        create(transition, alias, link),
        call('note', alias, transition),
        ...escalationKeysAbove(transition, severity).map((above) => call('close', above, transition)),
      ]);
    case 'recovered':
    case 'ended':
      return requestLines(
        [alias, ...escalationKeysAbove(transition, 'warning')].map((open) => call('close', open, transition)),
      );
  }
}

function create(transition: Transition, alias: string, link: string | undefined): AlertCall {
  const { category, severity, subject, environment, isTest } = transition;
  const details = textDetails(detailsOf(transition, link));
  const shownDetails = JSON.parse(
    fitDetails(details, LIMITS.detailsBytes, (kept) => JSON.stringify(kept)),
  ) as object;
  const tags = [INCIDENT_TYPES[category], severity, environment, ...(isTest === true ? ['test'] : [])];
  const body = {
    message: cutText(titleOf(transition), LIMITS.message),
    alias,
    description: cutText(
      [summaryOf(transition), ...(link === undefined ? [] : [link])].join('\n'),
      LIMITS.description,
    ),
    priority: PRIORITIES[severity],
    source: SOURCE_NAME,
    entity: cutText(subject, LIMITS.entity),
    tags: tags.map((tag) => cutText(tag, LIMITS.tag)),
    details: shownDetails,
  };
  return { call: 'create', alias, body };
}

function call(name: 'note' | 'close', alias: string, transition: Transition): AlertCall {
  return {
    call: name,
    alias,
    body: { source: SOURCE_NAME, note: cutText(summaryOf(transition), LIMITS.note) },
  };
}
