// The incident key and the idempotency keys. Computed once, from event time, when a transition is decided; stored with
// it, and never computed again: a retry that crosses a bucket's edge must keep its key.
import { createHash } from 'node:crypto';
import type { IncidentCategory, TransitionKind } from './transition.ts';

const BUCKET_SECONDS = 300;

/** The guide's five-minute bucket of an event time: whole 300 s since the epoch. */
export function bucketOf(triggerAtMs: number): number {
  return Math.floor(triggerAtMs / 1_000 / BUCKET_SECONDS);
}

/** The guide's key: lower-case hex SHA-256 of `subject|bucket`. */
export function incidentKey(subject: string, bucket: number): string {
  return sha256Hex(`${subject}|${bucket}`);
}

/** Names an incident: its subject, bucket and category. Two incidents of one session and bucket are one, reopened. */
export function incidentId(subject: string, bucket: number, category: IncidentCategory): string {
  return sha256Hex(`${subject}|${bucket}|${category}`).slice(0, 32);
}

/**
 * The X-Idempotency-Key of a transition. The opening of a quality incident has the guide's key itself; with that key for
 * every transition a strict receiver would refuse or drop a recovery that falls into the same bucket.
 */
export function idempotencyKey(
  subject: string,
  bucket: number,
  category: IncidentCategory,
  kind: TransitionKind,
  sequence: number,
): string {
  if (category === 'quality' && kind === 'opened' && sequence === 0) return incidentKey(subject, bucket);
  return sha256Hex(`${subject}|${bucket}|${category}|${kind}|${sequence}`);
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
