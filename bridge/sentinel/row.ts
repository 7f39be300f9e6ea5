// One row of a Microsoft Sentinel (Log Analytics) table. The table is append-only and knows no repeats: `AlertId` and
// `Seq` tell the newest row of an incident (`arg_max(Seq, *) by AlertId`), `IdempotencyKey` one from its repeats.
import { cutText, cutToBytes } from '../rendering/cut-text.ts';
import {
  fitDocument,
  incidentDocument,
  shrunkDocument,
  type IncidentDocument,
} from '../rendering/incident-document.ts';
import { summaryOf } from '../rendering/title.ts';
import { isOver, type Transition } from '../transition/transition.ts';

/** Documented: a call of 1 MB, before compression; a field of 64 KB, beyond which it is cut off. */
const MAX_BYTES = 1_000_000;
const MAX_FIELD_BYTES = 64_000;
/** Longest text of the sender in a column, in code points; ours to choose. */
const MAX_TEXT_LENGTH = 1_000;

export interface SentinelRow {
  /** The incident's document, in a column of the type dynamic. */
  readonly Incident: IncidentDocument;
}

export function rowOf(transition: Transition, link: string | undefined): string {
  const row = {
    TimeGenerated: new Date(transition.occurredAtMs).toISOString(),
    AlertId: transition.incidentId,
    Seq: transition.sequence,
    IdempotencyKey: transition.idempotencyKey,
    Transition: transition.kind,
    Status: isOver(transition.kind) ? 'Resolved' : 'Active',
    Severity: transition.severity,
    SessionId: cutText(transition.subject, MAX_TEXT_LENGTH),
    Environment: cutText(transition.environment, MAX_TEXT_LENGTH),
    StartTime: new Date(transition.triggerAtMs).toISOString(),
    Summary: cutToBytes(summaryOf(transition), MAX_FIELD_BYTES),
    Link: link === undefined ? undefined : cutText(link, MAX_TEXT_LENGTH),
    IsTest: transition.isTest,
  };
  const document = incidentDocument(transition, link);
  // A dynamic column is one field.
  const fitting = fitDocument(document, MAX_FIELD_BYTES, (kept) => JSON.stringify(kept));
  return fitDocument(JSON.parse(fitting) as IncidentDocument, MAX_BYTES, (Incident) =>
    JSON.stringify([{ ...row, Incident }]),
  );
}

export function shrunkRow(body: string): string | undefined {
  const [row] = JSON.parse(body) as [SentinelRow];
  const Incident = shrunkDocument(row.Incident);
  return Incident && JSON.stringify([{ ...row, Incident }]);
}
