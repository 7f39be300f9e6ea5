// An incident as flat fields, for destinations that show a table of names and values. The weightiest come first: where not
// all of them fit, the others are left out.
import { metricsBody } from '../transition/metrics-body.ts';
import type { IncidentGroup, Transition } from '../transition/transition.ts';
import { cutText } from './cut-text.ts';
import { breakdownDetails } from './group-details.ts';
import { INCIDENT_TYPES, SUBJECT_NAMES } from './incident-names.ts';
import { reasonsText } from './reason-text.ts';

export type Details = Readonly<Record<string, string | number | boolean>>;

/** Longest value of a field, in code points: beyond it no table shows anything. */
const MAX_VALUE_LENGTH = 1_000;

/** The lists of ids: for destinations where a value may be long. Their counts stand in fields of their own. */
const ID_LISTS = ['listed_incidents', 'still_open_incidents'] as const;

export function detailsOf(transition: Transition, link?: string): Details {
  const { category, group } = transition;
  return present({
    incident_type: INCIDENT_TYPES[category],
    transition: transition.kind,
    severity: transition.severity,
    [SUBJECT_NAMES[category]]: transition.subject,
    environment: transition.environment,
    test: transition.isTest,
    started_at: new Date(transition.triggerAtMs).toISOString(),
    occurred_at: new Date(transition.occurredAtMs).toISOString(),
    incident_id: transition.incidentId,
    sequence: transition.sequence,
    idempotency_key: transition.idempotencyKey,
    reasons: reasonsText(transition.reasons) || undefined,
    ...(group !== undefined && groupDetails(group)),
    ...metricsBody(transition.currentMetrics),
    suppressed_count: transition.suppressedCount > 0 ? transition.suppressedCount : undefined,
    agent_id: transition.agentId,
    conversation_id: transition.conversationId,
    ...transition.dimensions,
    link,
    incident_key: transition.incidentKey,
    ...prefixed('trigger_', metricsBody(transition.triggerMetrics)),
  });
}

/** Without the lists of ids, for destinations whose values are short. */
export function withoutIdLists(details: Details): Details {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !isIdList(name)));
}

function isIdList(name: string): boolean {
  return (ID_LISTS as readonly string[]).includes(name);
}

/** Fewer details, for a destination that found the body too large; undefined when there is nothing left to leave out. */
export function halvedDetails<D extends Details>(details: D): D | undefined {
  const entries = Object.entries(details);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.slice(0, Math.floor(entries.length / 2))) as D;
}

/**
 * The body with as many of the details as fit into `maxBytes` of UTF-8, each before those that weigh less; one that is too
 * large beside them is left out alone. `build` must stay below it without any.
 */
export function fitDetails<D extends Details>(
  details: D,
  maxBytes: number,
  build: (details: D) => string,
): string {
  const fits = (body: string) => Buffer.byteLength(body) <= maxBytes;
  const whole = build(details);
  if (fits(whole)) return whole;
  let kept: Details = {};
  let fitting = build(kept as D);
  for (const [name, value] of Object.entries(details)) {
    const tried = { ...kept, [name]: value };
    const body = build(tried as unknown as D);
    if (!fits(body)) continue;
    kept = tried;
    fitting = body;
  }
  return fitting;
}

/** The same with every value as text, for destinations that want nothing else. */
export function textDetails(details: Details): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
}

/** Who is told of stands before how they divide: on that it rests that they are not told of one by one. */
function groupDetails({ memberCount, openCount, listedIds, survivorIds, members, breakdown }: IncidentGroup) {
  return {
    member_count: memberCount,
    open_count: openCount,
    listed_count: listedIds.length,
    still_open_count: survivorIds?.length,
    listed_incidents: listedIds.join(' ') || undefined,
    still_open_incidents: survivorIds?.join(' ') || undefined,
    worst_sessions:
      members
        .map(({ sessionId, severity, reasons }) =>
          [sessionId, severity, reasonsText(reasons)].filter((text) => text !== '').join(' '),
        )
        .join(' | ') || undefined,
    ...breakdownDetails(breakdown),
  };
}

function prefixed(prefix: string, values: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** What is there. Texts of others are cut; a list of ids is whole or not there. */
function present(values: Readonly<Record<string, string | number | boolean | undefined>>): Details {
  const entries: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const isText = typeof value === 'string' && !isIdList(name);
    entries.push([name, isText ? cutText(value, MAX_VALUE_LENGTH) : value]);
  }
  return Object.fromEntries(entries);
}
