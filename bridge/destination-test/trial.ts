// One trial of a destination: its test incident is opened and recovered by the destination's own adapter and sender,
// outside of any outbox.
import type { Clock } from '../../collector/clock.ts';
import { isDelivered } from '../delivery/outcome.ts';
import type { SendingDestination } from '../delivery/sending-destination.ts';
import type { AttemptRecord, OutboxRow } from '../outbox/outbox-store.ts';
import type { Transition } from '../transition/transition.ts';
import { testTransition } from './test-incident.ts';

export interface TrialStep {
  readonly kind: 'opened' | 'recovered';
  readonly attempt: AttemptRecord;
}

/** Both steps are attempted once, whatever the first came to: it may have got through without our learning of it. */
export async function tryDestination(
  destination: SendingDestination,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly TrialStep[]> {
  const startedAtMs = clock.nowMs();
  const steps: TrialStep[] = [];
  for (const kind of ['opened', 'recovered'] as const) {
    const transition = testTransition(kind, destination.minSeverity, startedAtMs, clock.nowMs());
    const attempt = await destination.attempts.attempt(rowOf(destination, transition), signal);
    steps.push({ kind, attempt });
  }
  return steps;
}

export function isPassed(steps: readonly TrialStep[]): boolean {
  return steps.every(({ attempt }) => isDelivered(attempt.outcome));
}

/** The row as the outbox would hold it. */
function rowOf(destination: SendingDestination, transition: Transition): OutboxRow {
  const { incidentId, sequence, kind, category, subject, severity, idempotencyKey, decidedAtMs } = transition;
  return {
    rowId: 0,
    destination: destination.destinationId,
    incidentId,
    sequence,
    kind,
    category,
    subject,
    severity,
    idempotencyKey,
    body: destination.render(transition),
    state: 'pending',
    attemptCount: 0,
    conflictCount: 0,
    createdAtMs: decidedAtMs,
    nextAttemptAtMs: decidedAtMs,
  };
}
