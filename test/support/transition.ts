// Transitions with everything that a test doesn't care about filled in: a quality incident of session `s-1`, whose keys
// are those that the processor would give it.
import { bucketOf, idempotencyKey, incidentId, incidentKey } from '../../bridge/transition/incident-key.ts';
import type { Transition } from '../../bridge/transition/transition.ts';

/** 2026-01-01T00:00:00Z, where the virtual clock starts, and the start of a five-minute bucket. */
export const TRIGGER_MS = Date.UTC(2026, 0, 1);

/** By default the opening, decided at the moment of its trigger. */
export function transitionOf(fields: Partial<Transition> = {}): Transition {
  const { subject = 's-1', category = 'quality', triggerAtMs = TRIGGER_MS } = fields;
  const { kind = 'opened', sequence = 0, severity = 'high' } = fields;
  const bucket = bucketOf(triggerAtMs);
  return {
    incidentId: incidentId(subject, bucket, category),
    incidentKey: incidentKey(subject, bucket),
    idempotencyKey: idempotencyKey(subject, bucket, category, kind, sequence),
    category,
    kind,
    sequence,
    subject,
    severity,
    peakSeverity: severity,
    reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
    triggerAtMs,
    occurredAtMs: triggerAtMs,
    decidedAtMs: triggerAtMs,
    triggerMetrics: { mos: 3.1 },
    currentMetrics: { mos: 3.1 },
    environment: 'test',
    dimensions: {},
    suppressedCount: 0,
    ...fields,
  };
}

/** The incident's life: opened, escalated, recovered, each decided a minute after the one before, the last one now. */
export function incidentStory(fields: Partial<Transition> = {}): readonly Transition[] {
  const triggerAtMs = fields.triggerAtMs ?? TRIGGER_MS - 120_000;
  const firstMs = fields.decidedAtMs ?? triggerAtMs;
  return [
    transitionOf({ ...fields, triggerAtMs, decidedAtMs: firstMs }),
    transitionOf({
      ...fields,
      triggerAtMs,
      kind: 'escalated',
      sequence: 1,
      severity: 'critical',
      decidedAtMs: firstMs + 60_000,
    }),
    transitionOf({
      ...fields,
      triggerAtMs,
      kind: 'recovered',
      sequence: 2,
      peakSeverity: 'critical',
      decidedAtMs: firstMs + 120_000,
    }),
  ];
}
