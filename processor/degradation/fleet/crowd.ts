// Whether a storm opens now, over which sessions, and with which incidents as its first members. Pure.
import type { Reason } from '../../../bridge/transition/transition.ts';
import { incidentOf } from '../state.ts';
import type { StormLimits } from './fleet-limits.ts';
import type { OpenIncident, OpenIncidents } from './open-incidents.ts';
import type { RecentOpenings } from './recent-openings.ts';
import type { Sessions } from './sessions.ts';
import {
  ALL_SESSIONS,
  coveringGroups,
  groupsOf,
  isInGroup,
  narrowestGroup,
  traitsOf,
  valueOf,
  type GroupCount,
  type StormGroup,
} from './storm-group.ts';

export interface CrowdMember extends OpenIncident {
  /** Event time of its last opening. */
  readonly atMs: number;
}

export interface Crowd {
  readonly group: StormGroup;
  readonly reason: Reason;
  readonly members: readonly CrowdMember[];
}

/** What belongs to no open storm, and the rest of what the decision reads. */
export interface Surroundings {
  readonly recent: RecentOpenings;
  readonly incidents: OpenIncidents;
  readonly sessions: Sessions;
  readonly limits: StormLimits;
  /** Whether a storm over these sessions is open: there is never a second one. */
  isOpen(group: StormGroup): boolean;
}

export function findCrowd(around: Surroundings): Crowd | undefined {
  return crowdOfOpenings(around) ?? crowdOfDegraded(around);
}

function crowdOfOpenings(around: Surroundings): Crowd | undefined {
  const { recent, limits } = around;
  const found = bestGroup(recent.counts(), around);
  if (found === undefined) return undefined;
  const { group, incidentCount } = found;
  return {
    group,
    reason: { rule: 'many_openings', value: incidentCount, threshold: limits.minIncidentCount },
    members: recent.in(group),
  };
}

/** Degraded sessions that an open storm tells of already are left out: one cause is one storm. */
function crowdOfDegraded(around: Surroundings): Crowd | undefined {
  const { recent, incidents, sessions, limits } = around;
  const degradedCount = incidents.looseSessionCount;
  if (degradedCount < limits.minIncidentCount) return undefined;
  const degradedRatio = degradedCount / Math.max(degradedCount, sessions.activeCount);
  if (degradedRatio < limits.degradedRatio) return undefined;

  const loose = [...incidents.loose()];
  const group = bestGroup(countGroups(loose, around), around)?.group;
  if (group === undefined) return undefined;
  const members = new Map<string, CrowdMember>();
  for (const incident of loose) {
    const state = sessions.stateOf(incident.sessionId);
    if (state === undefined || !isInGroup(group, traitsOf(state))) continue;
    const atMs = incidentOf(state, incident.category)?.lastOpeningAtMs;
    if (atMs !== undefined) members.set(incident.incidentId, { ...incident, atMs });
  }
  for (const opening of recent.in(group)) members.set(opening.incidentId, opening);
  return {
    group,
    reason: { rule: 'degraded_share', value: degradedRatio, threshold: limits.degradedRatio },
    members: [...members.values()],
  };
}

function countGroups(
  incidents: readonly OpenIncident[],
  { sessions, limits }: Surroundings,
): readonly GroupCount[] {
  const counts = new Map<string, { readonly group: StormGroup; incidentCount: number }>();
  const count = (group: StormGroup) => {
    const known = counts.get(group.subject);
    if (known === undefined) counts.set(group.subject, { group, incidentCount: 1 });
    else known.incidentCount += 1;
  };
  for (const { sessionId } of incidents) {
    count(ALL_SESSIONS);
    const state = sessions.stateOf(sessionId);
    if (state !== undefined) for (const group of groupsOf(traitsOf(state), limits.dimensions)) count(group);
  }
  return [...counts.values()];
}

function bestGroup(
  counts: readonly GroupCount[],
  { limits, sessions, isOpen }: Surroundings,
): GroupCount | undefined {
  const covering = coveringGroups(
    counts.filter(({ group }) => !isOpen(group)),
    limits.minIncidentCount,
  );
  return narrowestGroup(covering, limits.dimensions, (groups) => countActive(groups, sessions));
}

/** Goes through all sessions: only when a storm is about to open. */
function countActive(groups: readonly StormGroup[], sessions: Sessions): readonly number[] {
  const counts = groups.map(() => 0);
  // However many groups there are, each session has one value of a dimension.
  const byDimension = new Map<string, Map<string, number>>();
  for (const [index, { shared }] of groups.entries()) {
    if (shared === undefined) counts[index] = sessions.activeCount;
    else if (byDimension.has(shared.dimension)) byDimension.get(shared.dimension)!.set(shared.value, index);
    else byDimension.set(shared.dimension, new Map([[shared.value, index]]));
  }
  for (const state of sessions.states()) {
    if (state.endedAtMs !== undefined) continue;
    const traits = traitsOf(state);
    for (const [dimension, indexes] of byDimension) {
      const value = valueOf(traits, dimension);
      const index = value === undefined ? undefined : indexes.get(value);
      if (index !== undefined) counts[index]! += 1;
    }
  }
  return counts;
}
