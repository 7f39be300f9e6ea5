// An incident as one nested document: the guide's fields first, under the guide's names, then what the guide leaves open.
// A metric that was not measured is left out, never null.
import { metricsBody, rounded } from '../transition/metrics-body.ts';
import type { IncidentGroup, Reason, Transition } from '../transition/transition.ts';
import { cutText } from './cut-text.ts';
import { INCIDENT_TYPES } from './incident-names.ts';

/** Values of a dimension that a breakdown lists, those with the most members. */
const LISTED_VALUES = 10;

export type IncidentDocument = Readonly<Record<string, unknown>>;

export function incidentDocument(transition: Transition, link?: string): IncidentDocument {
  return {
    incident_type: INCIDENT_TYPES[transition.category],
    severity: transition.severity,
    session_id: transition.subject,
    agent_id: transition.agentId,
    metrics: metricsBody(transition.currentMetrics),
    trigger_timestamp: new Date(transition.triggerAtMs).toISOString(),
    environment: transition.environment,
    incident_key: transition.incidentKey,
    incident_id: transition.incidentId,
    transition: transition.kind,
    sequence: transition.sequence,
    occurred_at: new Date(transition.occurredAtMs).toISOString(),
    conversation_id: transition.conversationId,
    reasons: transition.reasons.map(reasonBody),
    trigger_metrics: metricsBody(transition.triggerMetrics),
    suppressed_count: transition.suppressedCount,
    dimensions: transition.dimensions,
    group: transition.group && groupBody(transition.group),
    link,
    test: transition.isTest,
  };
}

function reasonBody({ rule, value, threshold, causes }: Reason) {
  return { rule, value: rounded(value), threshold: rounded(threshold), causes };
}

function groupBody({ memberCount, members, breakdown }: IncidentGroup) {
  return {
    member_count: memberCount,
    by_severity: breakdown.bySeverity,
    by_reason: breakdown.byReason,
    by_dimension: Object.fromEntries(
      Object.entries(breakdown.byDimension).map(([dimension, counts]) => [dimension, countsBody(counts)]),
    ),
    members: members.map(({ sessionId, incidentId, severity, reasons }) => ({
      session_id: sessionId,
      incident_id: incidentId,
      severity,
      reasons: reasons.map(reasonBody),
    })),
  };
}

/** A list, not a map: a value in the place of a field's name would make a new field in every index that it gets into. */
function countsBody(counts: Readonly<Record<string, number>>) {
  return Object.entries(counts)
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, LISTED_VALUES);
}

/** What may be left out of a document that is too large: none of the guide's fields. */
const DETAIL_FIELDS = ['trigger_metrics', 'dimensions', 'conversation_id', 'reasons', 'link'] as const;
/** Of a storm its size stays. */
const GROUP_DETAIL_FIELDS = ['by_severity', 'by_reason', 'by_dimension', 'members'] as const;

/** The document without its details; undefined when they are gone already. */
export function shrunkDocument(document: IncidentDocument): IncidentDocument | undefined {
  const group = document.group as Readonly<Record<string, unknown>> | undefined;
  const smallerGroup = group && without(group, GROUP_DETAIL_FIELDS);
  const smaller = without(document, DETAIL_FIELDS);
  if (smaller === undefined && smallerGroup === undefined) return undefined;
  return { ...(smaller ?? document), ...(smallerGroup !== undefined && { group: smallerGroup }) };
}

/** Longest text of a document that must be cut at all costs, in code points: six fields hold texts of the sender. */
const LAST_RESORT_LENGTH = 200;

/** The body with as much of the document as fits into `maxBytes` of UTF-8: whole, without details, or with cut texts. */
export function fitDocument(
  document: IncidentDocument,
  maxBytes: number,
  build: (document: IncidentDocument) => string,
): string {
  const whole = build(document);
  if (Buffer.byteLength(whole) <= maxBytes) return whole;
  const shrunk = shrunkDocument(document) ?? document;
  const smaller = build(shrunk);
  if (Buffer.byteLength(smaller) <= maxBytes) return smaller;
  const cut = Object.entries(shrunk).map(([field, value]) => [
    field,
    typeof value === 'string' ? cutText(value, LAST_RESORT_LENGTH) : value,
  ]);
  return build(Object.fromEntries(cut) as IncidentDocument);
}

function without(
  object: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Record<string, unknown> | undefined {
  const kept = Object.entries(object).filter(([field]) => !fields.includes(field));
  return kept.length === Object.keys(object).length ? undefined : Object.fromEntries(kept);
}
