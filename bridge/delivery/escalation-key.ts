// Deduplication keys at destinations that page people and then fall silent: once somebody has acknowledged an incident
// there, a further alert under its key notifies nobody. So an escalation gets a key of its own, and the end of the
// incident resolves all that may have been used.
import { SEVERITIES, severityRank, type Severity, type Transition } from '../transition/transition.ts';

/** The key of the incident itself. */
export function incidentDedupKey({ incidentId }: Transition): string {
  return incidentId;
}

/** The key of its escalation to `severity`. */
export function escalationKey({ incidentId }: Transition, severity: Severity): string {
  return `${incidentId}-${severity}`;
}

/** The keys of its escalations above `severity` that may be open: none is above the worst that it has been. */
export function escalationKeysAbove(transition: Transition, severity: Severity): readonly string[] {
  return SEVERITIES.filter(
    (step) =>
      severityRank(step) > severityRank(severity) &&
      severityRank(step) <= severityRank(transition.peakSeverity),
  ).map((step) => escalationKey(transition, step));
}
