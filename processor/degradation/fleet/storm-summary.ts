// Who is open in a storm at the time of a notice: the worst of them, and how they divide. Pure; read from the states of the
// sessions, so that a restart can't change it.
import {
  severityRank,
  type GroupBreakdown,
  type GroupMember,
  type IncidentGroup,
  type Severity,
} from '../../../bridge/transition/transition.ts';
import { incidentOf, type Incident, type SessionState } from '../state.ts';
import type { OpenIncident } from './open-incidents.ts';
import type { Sessions } from './sessions.ts';
import { traitsOf, valueOf } from './storm-group.ts';

const SHOWN_MEMBERS = 10;
/** Of each dimension the most frequent values: senders choose them, and a notice must stay small. */
const SHOWN_VALUES = 50;

export type Summary = Pick<IncidentGroup, 'openCount' | 'members' | 'breakdown'>;

interface Present {
  readonly state: SessionState;
  readonly incident: Incident;
}

export function summarise(
  members: Iterable<OpenIncident>,
  sessions: Sessions,
  dimensions: readonly string[],
): Summary {
  const present: Present[] = [];
  for (const { incidentId, sessionId, category } of members) {
    const state = sessions.stateOf(sessionId);
    const incident = state && incidentOf(state, category);
    if (incident?.incidentId === incidentId) present.push({ state: state!, incident });
  }
  return { openCount: present.length, members: worst(present), breakdown: breakdown(present, dimensions) };
}

export function worstSeverity({ breakdown: { bySeverity } }: Summary): Severity | undefined {
  return (['critical', 'high', 'warning'] as const).find((severity) => bySeverity[severity] !== undefined);
}

/** The most severe first, of equals the oldest. */
function worst(present: readonly Present[]): readonly GroupMember[] {
  return present
    .toSorted(
      ({ incident: left }, { incident: right }) =>
        severityRank(right.severity) - severityRank(left.severity) ||
        left.triggerAtMs - right.triggerAtMs ||
        (left.incidentId < right.incidentId ? -1 : 1),
    )
    .slice(0, SHOWN_MEMBERS)
    .map(({ state: { sessionId }, incident: { incidentId, severity, reasons } }) => ({
      sessionId,
      incidentId,
      severity,
      reasons,
    }));
}

function breakdown(present: readonly Present[], dimensions: readonly string[]): GroupBreakdown {
  const bySeverity = new Map<string, number>();
  const byReason = new Map<string, number>();
  const byDimension = new Map(dimensions.map((dimension) => [dimension, new Map<string, number>()]));
  for (const { state, incident } of present) {
    count(bySeverity, incident.severity);
    count(byReason, incident.reasons[0]?.rule);
    const traits = traitsOf(state);
    for (const [dimension, counts] of byDimension) count(counts, valueOf(traits, dimension));
  }
  const shown = [...byDimension].filter(([, counts]) => counts.size > 0);
  return {
    bySeverity: Object.fromEntries(bySeverity),
    byReason: Object.fromEntries(byReason),
    byDimension: Object.fromEntries(shown.map(([dimension, counts]) => [dimension, mostFrequent(counts)])),
  };
}

function count(counts: Map<string, number>, key: string | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFrequent(counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  const entries = [...counts].sort(
    ([leftValue, left], [rightValue, right]) => right - left || (leftValue < rightValue ? -1 : 1),
  );
  return Object.fromEntries(entries.slice(0, SHOWN_VALUES));
}
