// What incidents of the whole fleet, storms and silences of the pipeline, have in common: an identity, and transitions that
// are numbered, keyed and stamped. Pure; the identity is made as that of a session's incident.
import {
  bucketOf,
  idempotencyKey,
  incidentId,
  incidentKey,
} from '../../../bridge/transition/incident-key.ts';
import {
  severityRank,
  type IncidentGroup,
  type Reason,
  type Severity,
  type Transition,
  type TransitionKind,
} from '../../../bridge/transition/transition.ts';
import type { Dimensions } from '../../../receiver/sample.ts';
import type { Moment } from '../notice.ts';

export type FleetCategory = 'storm' | 'pipeline';

export interface FleetIncident {
  readonly incidentId: string;
  readonly incidentKey: string;
  readonly bucket: number;
  readonly subject: string;
  readonly nextSequence: number;
  readonly severity: Severity;
  readonly peakSeverity: Severity;
  readonly reasons: readonly Reason[];
  /** Event time. */
  readonly triggerAtMs: number;
  /** Event time of the last transition. */
  readonly lastOccurredAtMs: number;
}

export interface FleetOpening {
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
  readonly triggerAtMs: number;
}

/** Opens an incident: a new one, or `previous` again when the caller says so by handing it in. */
export function openFleetIncident(
  category: FleetCategory,
  subject: string,
  previous: FleetIncident | undefined,
  { severity, reasons, triggerAtMs }: FleetOpening,
): FleetIncident {
  const bucket = previous?.bucket ?? bucketOf(triggerAtMs);
  return {
    incidentId: previous?.incidentId ?? incidentId(subject, bucket, category),
    incidentKey: previous?.incidentKey ?? incidentKey(subject, bucket),
    bucket,
    subject,
    nextSequence: previous?.nextSequence ?? 0,
    severity,
    peakSeverity: worse(previous?.peakSeverity ?? severity, severity),
    reasons,
    triggerAtMs,
    lastOccurredAtMs: previous?.lastOccurredAtMs ?? triggerAtMs,
  };
}

/** A second incident over the same subject in the same five minutes would have the first one's keys. */
export function isSameBucket(previous: FleetIncident, triggerAtMs: number): boolean {
  return previous.bucket === bucketOf(triggerAtMs);
}

export interface Told<Incident> {
  readonly incident: Incident;
  readonly transition: Transition;
}

/** The incident as it is now, told as `kind`. */
export function tellFleetIncident<Incident extends FleetIncident>(
  category: FleetCategory,
  incident: Incident,
  kind: TransitionKind,
  at: Moment,
  more: {
    readonly environment: string;
    readonly dimensions: Dimensions;
    readonly suppressedCount: number;
    readonly group?: IncidentGroup;
  },
): Told<Incident> {
  const { subject, bucket, nextSequence: sequence } = incident;
  const occurredAtMs = Math.max(at.occurredAtMs, incident.lastOccurredAtMs);
  const transition: Transition = {
    incidentId: incident.incidentId,
    incidentKey: incident.incidentKey,
    idempotencyKey: idempotencyKey(subject, bucket, category, kind, sequence),
    category,
    kind,
    sequence,
    subject,
    severity: incident.severity,
    peakSeverity: incident.peakSeverity,
    reasons: incident.reasons,
    triggerAtMs: incident.triggerAtMs,
    occurredAtMs,
    decidedAtMs: at.decidedAtMs,
    triggerMetrics: {},
    currentMetrics: {},
    ...more,
  };
  return {
    incident: { ...incident, nextSequence: sequence + 1, lastOccurredAtMs: occurredAtMs },
    transition,
  };
}

export function worse(left: Severity, right: Severity): Severity {
  return severityRank(left) >= severityRank(right) ? left : right;
}
