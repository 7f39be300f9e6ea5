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

function groupBody({ memberCount, openCount, listedIds, survivorIds, members, breakdown }: IncidentGroup) {
  return {
    member_count: memberCount,
    open_count: openCount,
    listed_count: listedIds.length,
    still_open_count: survivorIds?.length,
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
    listed_incidents: idsBody(listedIds),
    still_open_incidents: idsBody(survivorIds),
  };
}

/** Undefined when there are none: their count says so. */
function idsBody(ids: readonly string[] = []): readonly string[] | undefined {
  return ids.length === 0 ? undefined : ids;
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
/**
 * What is left out of a group, one step after the other: first the details, then who is still open, whose own notices
 * follow, and in the end who is told of here and nowhere else. The counts stay.
 */
const GROUP_STEPS = [
  ['by_severity', 'by_reason', 'by_dimension', 'members'],
  ['still_open_incidents'],
  ['listed_incidents'],
] as const;

/** The document without what weighs least of what is left to leave out; undefined when there is no such thing. */
export function shrunkDocument(document: IncidentDocument): IncidentDocument | undefined {
  const smaller = without(document, DETAIL_FIELDS);
  const group = document.group as IncidentDocument | undefined;
  const [details, ...lists] = GROUP_STEPS;
  const smallerGroup = group && without(group, details);
  if (smaller !== undefined || smallerGroup !== undefined) {
    return { ...(smaller ?? document), ...(smallerGroup !== undefined && { group: smallerGroup }) };
  }
  for (const list of lists) {
    const shorter = group && without(group, list);
    if (shorter !== undefined) return { ...document, group: shorter };
  }
  return undefined;
}

/** Longest text of a document that must be cut at all costs, in code points: six fields hold texts of the sender. */
const LAST_RESORT_LENGTH = 200;

/** The body with as much of the document as fits into `maxBytes` of UTF-8; in the end its texts are cut. */
export function fitDocument(
  document: IncidentDocument,
  maxBytes: number,
  build: (document: IncidentDocument) => string,
): string {
  let kept = document;
  for (;;) {
    const body = build(kept);
    if (Buffer.byteLength(body) <= maxBytes) return body;
    const smaller = shrunkDocument(kept);
    if (smaller === undefined) break;
    kept = smaller;
  }
  const cut = Object.entries(kept).map(([field, value]) => [
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
