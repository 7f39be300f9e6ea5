// The body of the webhook: the guide's fields first, under the guide's names, then what the guide leaves open. A metric
// that was not measured is left out, never null.
import { metricsBody, rounded } from '../transition/metrics-body.ts';
import type { IncidentCategory, Reason, Transition } from '../transition/transition.ts';

const INCIDENT_TYPES: Readonly<Record<IncidentCategory, string>> = {
  quality: 'webrtc_degradation',
  connection: 'webrtc_disconnection',
  storm: 'webrtc_storm',
  pipeline: 'webrtc_pipeline',
};

export function webhookBody(transition: Transition): string {
  return JSON.stringify({
    incident_type: INCIDENT_TYPES[transition.category],
    severity: transition.severity,
    session_id: transition.subject,
    agent_id: transition.agentId,
    metrics: metricsBody(transition.currentMetrics),
    trigger_timestamp: new Date(transition.triggerAtMs).toISOString(),
    environment: transition.environment,
    incident_key: transition.incidentKey,
    incident_id: transition.incidentId,
    transition: transition.kind,
    sequence: transition.sequence,
    occurred_at: new Date(transition.occurredAtMs).toISOString(),
    conversation_id: transition.conversationId,
    reasons: transition.reasons.map(reasonBody),
    trigger_metrics: metricsBody(transition.triggerMetrics),
    suppressed_count: transition.suppressedCount,
    dimensions: transition.dimensions,
  });
}

function reasonBody({ rule, value, threshold }: Reason) {
  return { rule, value: rounded(value), threshold };
}

/** What may be left out when a destination finds the body too large: none of the guide's fields. */
const DETAIL_FIELDS = ['trigger_metrics', 'dimensions', 'conversation_id', 'reasons'] as const;

/** The body without its details; undefined when they are gone already. */
export function shrunkWebhookBody(body: string): string | undefined {
  const parsed = JSON.parse(body) as Record<string, unknown>;
  if (!DETAIL_FIELDS.some((field) => field in parsed)) return undefined;
  for (const field of DETAIL_FIELDS) delete parsed[field];
  return JSON.stringify(parsed);
}
