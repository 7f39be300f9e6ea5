// One log line for each attempt: what was attempted, what came of it, and what happens next.
import type { Logger } from 'pino';
import type { AttemptRecord, OutboxRow, Settlement } from '../outbox/outbox-store.ts';

export function logAttempt(
  logger: Logger,
  row: OutboxRow,
  { outcome, status }: AttemptRecord,
  settlement: Settlement,
): void {
  const { incidentId, subject, kind, sequence, idempotencyKey } = row;
  const facts = { incidentId, subject, transition: kind, sequence, idempotencyKey, status };
  const failed = { ...facts, outcome: outcome.kind, reason: outcome.reason };
  switch (settlement.state) {
    case 'delivered':
      return logger.info(facts, 'transition delivered');
    case 'dead':
      return logger.error(failed, 'transition went to the dead letters');
    case 'pending':
      return logger.warn(failed, 'attempt failed; it will be repeated');
  }
}
