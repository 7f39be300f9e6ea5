// What a notice of escalation says: a transition of an incident of category `delivery`, whose subject is the exporter that
// alerts wait at, and whose group are the alerts. Pure.
import { idempotencyKey, incidentId, incidentKey } from '../transition/incident-key.ts';
import type { Reason, Transition, TransitionKind } from '../transition/transition.ts';
import type { EscalationCause } from './source.ts';
import type { EscalationState } from './state.ts';

/** What of a notice is not the incident's state. */
export interface NoticeParts {
  readonly kind: TransitionKind;
  readonly sequence: number;
  readonly nowMs: number;
  readonly reasons: readonly Reason[];
  /** Incidents that still wait. */
  readonly openCount: number;
  readonly listedIds: readonly string[];
}

const CATEGORY = 'delivery';

/** The transition as the incident's own history has it. */
export function noticeOf(source: string, state: EscalationState, parts: NoticeParts): Transition {
  const { kind, sequence, nowMs, reasons, openCount, listedIds } = parts;
  const { bucket, severity, peakSeverity, environment, memberCount, worst, bySeverity, byReason } = state;
  return {
    incidentId: incidentId(source, bucket, CATEGORY),
    incidentKey: incidentKey(source, bucket),
    idempotencyKey: idempotencyKey(source, bucket, CATEGORY, kind, sequence),
    category: CATEGORY,
    kind,
    sequence,
    subject: source,
    severity,
    peakSeverity,
    reasons,
    triggerAtMs: state.triggerAtMs,
    occurredAtMs: nowMs,
    decidedAtMs: nowMs,
    triggerMetrics: {},
    currentMetrics: {},
    environment,
    dimensions: {},
    suppressedCount: 0,
    group: {
      memberCount,
      openCount,
      members: worst,
      listedIds,
      breakdown: { bySeverity, byReason, byDimension: {} },
    },
  };
}

/**
 * The same for a destination that has another history with the incident, and so hears of another kind of change: for one
 * that is told for the first time the incident opens. Its key is its own; the sequence stays.
 */
export function retold(
  transition: Transition,
  kind: TransitionKind,
  { bucket }: EscalationState,
): Transition {
  if (kind === transition.kind) return transition;
  const { subject, category, sequence } = transition;
  return { ...transition, kind, idempotencyKey: idempotencyKey(subject, bucket, category, kind, sequence) };
}

/** Weightiest first: what somebody must mend before anything else can get through. */
const CAUSES: readonly EscalationCause[] = [
  'credential_refused',
  'destination_gone',
  'dead_letter',
  'unacknowledged',
  'undelivered',
];

/** One reason for each cause. */
export function reasonsOf(
  causes: ReadonlySet<EscalationCause>,
  facts: { readonly waitedMs: number; readonly limitMs: number; readonly deadLetterCount: number },
): readonly Reason[] {
  return CAUSES.filter((cause) => causes.has(cause)).map((rule): Reason => {
    switch (rule) {
      case 'credential_refused':
      case 'destination_gone':
        return { rule };
      case 'dead_letter':
        return { rule, value: facts.deadLetterCount };
      case 'unacknowledged':
      case 'undelivered':
        return { rule, value: Math.round(facts.waitedMs / 1_000), threshold: facts.limitMs / 1_000 };
    }
  });
}
