// A document of Elasticsearch and the action that creates it, as `_bulk` wants them: the names of ECS, and the incident
// as it is beside them.
import { cutText } from '../rendering/cut-text.ts';
import {
  fitDocument,
  incidentDocument,
  shrunkDocument,
  type IncidentDocument,
} from '../rendering/incident-document.ts';
import { summaryOf } from '../rendering/title.ts';
import { INCIDENT_TYPES } from '../rendering/incident-names.ts';
import { isOver, type Severity, type Transition } from '../transition/transition.ts';

/** No limit is documented short of the server's http.max_content_length, 100 MB; ours to choose. */
const MAX_BYTES = 1_000_000;
/** Longest text of the sender outside of the incident, in code points; a keyword is not indexed beyond 1024 by ECS. */
const MAX_KEYWORD_LENGTH = 1_024;
const NANOSECONDS_PER_MS = 1_000_000;

/** `event.severity` is a number of the source's own; these are the risk scores of Elastic's detection rules. */
const SEVERITY_NUMBERS: Readonly<Record<Severity, number>> = { warning: 47, high: 73, critical: 99 };

/** Two lines, each with its end. `_id` is the idempotency key: a repeat is refused with 409, item by item. */
export function bulkBody(transition: Transition, index: string, link: string | undefined): string {
  const action = JSON.stringify({ create: { _index: index, _id: transition.idempotencyKey } });
  const { category, kind, severity, subject, triggerAtMs, occurredAtMs, environment, reasons } = transition;
  const over = isOver(kind);
  const fields = {
    '@timestamp': new Date(occurredAtMs).toISOString(),
    message: cutText(summaryOf(transition), MAX_KEYWORD_LENGTH),
    event: {
      kind: 'alert',
      id: transition.idempotencyKey,
      action: kind,
      severity: SEVERITY_NUMBERS[severity],
      sequence: transition.sequence,
      start: new Date(triggerAtMs).toISOString(),
      end: over ? new Date(occurredAtMs).toISOString() : undefined,
      duration: over ? (occurredAtMs - triggerAtMs) * NANOSECONDS_PER_MS : undefined,
      url: link === undefined ? undefined : cutText(link, MAX_KEYWORD_LENGTH),
    },
    rule: { name: reasons[0]?.rule ?? INCIDENT_TYPES[category] },
    labels: {
      incident_id: transition.incidentId,
      session_id: cutText(subject, MAX_KEYWORD_LENGTH),
      environment: cutText(environment, MAX_KEYWORD_LENGTH),
      test: transition.isTest === true ? 'true' : undefined,
    },
  };
  return fitDocument(incidentDocument(transition, link), MAX_BYTES, (incident) =>
    joined(action, { ...fields, webrtc: { incident } }),
  );
}

export function shrunkBulkBody(body: string): string | undefined {
  const [action = '', source = ''] = body.split('\n');
  const parsed = JSON.parse(source) as { webrtc: { incident: IncidentDocument } };
  const incident = shrunkDocument(parsed.webrtc.incident);
  return incident && joined(action, { ...parsed, webrtc: { incident } });
}

function joined(action: string, document: object): string {
  return `${action}\n${JSON.stringify(document)}\n`;
}
