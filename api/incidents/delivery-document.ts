// How the transitions of an incident fare on their way: a document for each destination, with what was tried. Bodies and
// answers are not shown.
import type { AttemptRow, DeliveryRow, IncidentDetails } from './incident-reader.ts';
import { MAX_ATTEMPTS } from './incident-reader.ts';
import type { DeliveryDocument } from './incident-schema.ts';

/** By the sequence of the transition. */
export function deliveryDocuments({
  deliveries,
  attempts,
}: Pick<IncidentDetails, 'deliveries' | 'attempts'>): (sequence: number) => DeliveryDocument[] {
  const attemptsOf = Map.groupBy(attempts, ({ rowId }) => rowId);
  const documentsOf = Map.groupBy(deliveries, ({ sequence }) => sequence);
  return (sequence) =>
    (documentsOf.get(sequence) ?? []).map((row) => deliveryDocument(row, attemptsOf.get(row.rowId) ?? []));
}

/** `attempts` are the newest first, and one more than are shown when there are more. */
function deliveryDocument(row: DeliveryRow, attempts: readonly AttemptRow[]): DeliveryDocument {
  const { destination, state, attemptCount, waitingSinceMs, nextAttemptAtMs, settledAtMs, lastReason } = row;
  const heldBy = holderOf(row);
  return {
    destination,
    state,
    ...(heldBy !== undefined && { heldBy }),
    waitingSince: isoOf(waitingSinceMs),
    ...(state === 'pending' && { nextAttempt: isoOf(nextAttemptAtMs) }),
    ...(settledAtMs !== undefined && { settled: isoOf(settledAtMs) }),
    ...(lastReason !== undefined && { lastReason }),
    attemptCount,
    attempts: attempts.slice(0, MAX_ATTEMPTS).map(({ startedAtMs, durationMs, outcome, status, reason }) => ({
      started: isoOf(startedAtMs),
      durationMs,
      outcome,
      ...(status !== undefined && { status }),
      reason,
    })),
    ...(attempts.length > MAX_ATTEMPTS && { hasEarlierAttempts: true as const }),
  };
}

/** A row may still name a storm, or a silence, that has let it go. */
function holderOf({ state, stormId, stormSubject, silenceId }: DeliveryRow): DeliveryDocument['heldBy'] {
  if (state === 'silenced' && silenceId !== undefined) return { kind: 'silence', silenceId };
  if ((state !== 'held' && state !== 'listed') || stormId === undefined) return undefined;
  return {
    kind: 'storm',
    incidentId: stormId,
    ...(stormSubject !== undefined && { subject: stormSubject }),
  };
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
