// What becomes of a row after an attempt: settled, or when to try again. Pure.
import type { OutboxRow, Settlement } from '../outbox/outbox-store.ts';
import { backoffMs, type BackoffSchedule } from '../../collector/backoff.ts';
import type { Outcome } from './outcome.ts';

/**
 * A key that is taken may be held by an attempt of ours that is still being processed there and may yet fail. After this
 * many such answers, each a back-off apart, it is one that has been processed.
 */
const CONFLICTS_MEAN_DELIVERED = 3;

export function settlementOf(
  row: OutboxRow,
  outcome: Outcome,
  options: {
    readonly schedule: BackoffSchedule;
    readonly nowMs: number;
    /** 0 ≤ x < 1 */
    readonly random: number;
    /** The body with less detail, or undefined when there is none left to leave out. */
    shrink(body: string): string | undefined;
  },
): Settlement {
  const later = (retryAfterMs?: number) =>
    options.nowMs + backoffMs(options.schedule, row.attemptCount + 1, options.random, retryAfterMs);
  switch (outcome.kind) {
    case 'delivered':
    case 'already_delivered':
      return { state: 'delivered' };
    case 'dead':
      return { state: 'dead' };
    case 'conflict':
      return row.conflictCount + 1 >= CONFLICTS_MEAN_DELIVERED
        ? { state: 'delivered' }
        : { state: 'pending', nextAttemptAtMs: later(), isConflict: true };
    case 'too_large': {
      const body = options.shrink(row.body);
      return body === undefined
        ? { state: 'dead' }
        : { state: 'pending', nextAttemptAtMs: options.nowMs, body };
    }
    case 'credential':
    case 'disabled':
      // It is the breaker that keeps quiet for long: when the process starts anew, somebody may have mended it.
      return { state: 'pending', nextAttemptAtMs: later() };
    case 'retry':
      return { state: 'pending', nextAttemptAtMs: later(outcome.retryAfterMs) };
  }
}
