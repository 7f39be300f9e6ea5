// An incident as flat fields, for destinations that show a table of names and values. The weightiest come first: when a
// body must shrink, they are left out from the end.
import { metricsBody } from '../transition/metrics-body.ts';
import type { GroupBreakdown, IncidentGroup, Transition } from '../transition/transition.ts';
import { cutText } from './cut-text.ts';
import { INCIDENT_TYPES } from './incident-names.ts';
import { reasonsText } from './reason-text.ts';

export type Details = Readonly<Record<string, string | number | boolean>>;

/** Longest value of a field, in code points: beyond it no table shows anything. */
const MAX_VALUE_LENGTH = 1_000;
/** Values of a dimension that a breakdown names; the others are counted. */
const NAMED_VALUES = 5;

export function detailsOf(transition: Transition, link?: string): Details {
  const { category, group } = transition;
  return withoutAbsent({
    incident_type: INCIDENT_TYPES[category],
    transition: transition.kind,
    severity: transition.severity,
    [category === 'quality' || category === 'connection' ? 'session_id' : 'group']: transition.subject,
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

/** Fewer details, for a destination that found the body too large; undefined when there is nothing left to leave out. */
export function halvedDetails<D extends Details>(details: D): D | undefined {
  const entries = Object.entries(details);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.slice(0, Math.floor(entries.length / 2))) as D;
}

/** The body with as many of the details as fit into `maxBytes` of UTF-8; `build` must stay below it without any. */
export function fitDetails<D extends Details>(
  details: D,
  maxBytes: number,
  build: (details: D) => string,
): string {
  const entries = Object.entries(details);
  for (let count = entries.length; ; count--) {
    const body = build(Object.fromEntries(entries.slice(0, count)) as D);
    if (count === 0 || Buffer.byteLength(body) <= maxBytes) return body;
  }
}

/** The same with every value as text, for destinations that want nothing else. */
export function textDetails(details: Details): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
}

function groupDetails({ memberCount, members, breakdown }: IncidentGroup) {
  return {
    member_count: memberCount,
    worst_sessions:
      members
        .map(({ sessionId, severity, reasons }) =>
          [sessionId, severity, reasonsText(reasons)].filter((text) => text !== '').join(' '),
        )
        .join(' | ') || undefined,
    ...breakdownTexts(breakdown),
  };
}

function breakdownTexts({ bySeverity, byReason, byDimension }: GroupBreakdown) {
  return {
    members_by_severity: countsText(bySeverity),
    members_by_reason: countsText(byReason),
    ...Object.fromEntries(
      Object.entries(byDimension).map(([dimension, counts]) => [
        `members_by_${dimension}`,
        countsText(counts),
      ]),
    ),
  };
}

/** `fra-3 37, fra-4 2, 3 more values`; undefined when nothing was counted. */
function countsText(counts: Readonly<Record<string, number | undefined>>): string | undefined {
  const entries = Object.entries(counts)
    .filter((entry): entry is [string, number] => entry[1] !== undefined)
    .sort((a, b) => b[1] - a[1]);
  const texts = entries.slice(0, NAMED_VALUES).map(([value, count]) => `${value} ${count}`);
  if (entries.length > NAMED_VALUES) texts.push(`${entries.length - NAMED_VALUES} more values`);
  return texts.join(', ') || undefined;
}

function prefixed(prefix: string, values: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

function withoutAbsent(values: Readonly<Record<string, string | number | boolean | undefined>>): Details {
  const present: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    present.push([name, typeof value === 'string' ? cutText(value, MAX_VALUE_LENGTH) : value]);
  }
  return Object.fromEntries(present);
}
