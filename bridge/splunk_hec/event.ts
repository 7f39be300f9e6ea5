// An event of Splunk's HTTP Event Collector. Splunk knows no repeats: `idempotency_key` is among the indexed fields so that
// a search can drop them (`| dedup idempotency_key`).
import {
  fitDocument,
  incidentDocument,
  shrunkDocument,
  type IncidentDocument,
} from '../rendering/incident-document.ts';
import { SOURCE_NAME } from '../rendering/incident-names.ts';
import { cutText } from '../rendering/cut-text.ts';
import type { Transition } from '../transition/transition.ts';

/** The Collector's exporter posts at most 2 MiB, Vector 1 MB: the smaller. */
const MAX_BYTES = 1_000_000;
/** Longest indexed field that holds a text of the sender, in code points; ours to choose. */
const MAX_FIELD_LENGTH = 256;

export interface EventPlace {
  /** Empty: the token's own. */
  readonly index: string;
  readonly sourcetype: string;
  readonly host: string;
}

export function eventOf(
  transition: Transition,
  { index, sourcetype, host }: EventPlace,
  link: string | undefined,
): string {
  const envelope = {
    time: transition.occurredAtMs / 1_000,
    host: host === '' ? undefined : host,
    source: SOURCE_NAME,
    sourcetype,
    index: index === '' ? undefined : index,
  };
  const fields = {
    incident_id: transition.incidentId,
    idempotency_key: transition.idempotencyKey,
    transition: transition.kind,
    sequence: String(transition.sequence),
    severity: transition.severity,
    session_id: cutText(transition.subject, MAX_FIELD_LENGTH),
  };
  return fitDocument(incidentDocument(transition, link), MAX_BYTES, (event) =>
    JSON.stringify({ ...envelope, event, fields }),
  );
}

export function shrunkEvent(body: string): string | undefined {
  const parsed = JSON.parse(body) as { event: IncidentDocument };
  const event = shrunkDocument(parsed.event);
  return event && JSON.stringify({ ...parsed, event });
}
