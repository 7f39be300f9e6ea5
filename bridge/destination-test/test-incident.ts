// The incident that tries a destination: one that says of itself that it is a test, with a subject and keys of its own.
import { bucketOf, idempotencyKey, incidentId, incidentKey } from '../transition/incident-key.ts';
import type { Severity, Transition, TransitionKind } from '../transition/transition.ts';

/** How long before its opening the test claims to have been bad: as long as a real incident is held. */
const HOLD_MS = 30_000;

/** `opened` is sequence 0, `recovered` 1; `startedAtMs` names the incident, so that two tests never meet. */
export function testTransition(
  kind: Extract<TransitionKind, 'opened' | 'recovered'>,
  severity: Severity,
  startedAtMs: number,
  nowMs: number,
): Transition {
  const subject = `test-${startedAtMs.toString(36)}`;
  const sequence = kind === 'opened' ? 0 : 1;
  const triggerAtMs = startedAtMs - HOLD_MS;
  const bucket = bucketOf(triggerAtMs);
  return {
    incidentId: incidentId(subject, bucket, 'quality'),
    incidentKey: incidentKey(subject, bucket),
    idempotencyKey: idempotencyKey(subject, bucket, 'quality', kind, sequence),
    category: 'quality',
    kind,
    sequence,
    subject,
    severity,
    peakSeverity: severity,
    reasons: [{ rule: 'mos', value: 3.1, threshold: 3.5 }],
    triggerAtMs,
    occurredAtMs: nowMs,
    decidedAtMs: nowMs,
    triggerMetrics: { mos: 3.1 },
    currentMetrics: { mos: kind === 'opened' ? 3.1 : 4.4 },
    environment: 'test',
    dimensions: {},
    suppressedCount: 0,
    isTest: true,
  };
}
