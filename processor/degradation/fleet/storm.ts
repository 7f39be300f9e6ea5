// One storm: what is remembered of it, and how it goes on. Pure; plain readonly data that goes to JSON and back unchanged.
// Which of its members are open is not in here: that follows from the states of their sessions.
import { MAX_LISTED_INCIDENTS, severityRank, type Severity } from '../../../bridge/transition/transition.ts';
import type { StormLimits } from './fleet-limits.ts';
import { worse, type FleetIncident } from './fleet-incident.ts';
import type { StormGroup } from './storm-group.ts';

export interface Storm extends FleetIncident {
  readonly group: StormGroup;
  /** Event times of the first and the last opening of those that it formed of; some of them were sent alone. */
  readonly membersSinceMs: number;
  readonly formedAtMs: number;
  /** All incidents there have been in it, also before it was reopened. */
  readonly memberCount: number;
  /** Ids of members that no notice has listed yet. */
  readonly unlistedIds: readonly string[];
  /** Wall clock, as all that follow. */
  readonly lastJoinedAtMs: number;
  readonly lastNoticeAtMs: number;
  readonly endedAtMs?: number;
}

/** What one batch has brought to a storm. */
export interface Joining {
  readonly newCount: number;
  /** To be listed by the next notice. */
  readonly ids: ReadonlySet<string>;
  readonly hasJoined: boolean;
}

export function withJoined(storm: Storm, { newCount, ids, hasJoined }: Joining, nowMs: number): Storm {
  const waiting = storm.unlistedIds;
  const added = [...ids].filter((id) => !waiting.includes(id));
  return {
    ...storm,
    memberCount: storm.memberCount + newCount,
    unlistedIds: added.length === 0 ? waiting : [...waiting, ...added],
    ...(hasJoined && { lastJoinedAtMs: nowMs }),
  };
}

/** A storm is as severe as the worst of its members was; it never becomes milder. */
export function withSeverity(storm: Storm, severity: Severity): Storm {
  return { ...storm, severity, peakSeverity: worse(storm.peakSeverity, severity) };
}

export function isWorse(severity: Severity | undefined, storm: Storm): boolean {
  return severity !== undefined && severityRank(severity) > severityRank(storm.severity);
}

/** How many of the waiting ids are to be listed now: all when it is time, else what fills whole notices. */
export function listableCount(storm: Storm, nowMs: number, { updateIntervalMs }: StormLimits): number {
  const waitingCount = storm.unlistedIds.length;
  if (nowMs - storm.lastNoticeAtMs >= updateIntervalMs) return waitingCount;
  return waitingCount - (waitingCount % MAX_LISTED_INCIDENTS);
}

/** Over when few are open still, and none has opened for longer than the window. */
export function isOverAt(
  storm: Storm,
  openCount: number,
  nowMs: number,
  { minIncidentCount, windowMs }: StormLimits,
): boolean {
  return openCount < minIncidentCount / 2 && nowMs - storm.lastJoinedAtMs > windowMs;
}

/** The wall-clock time at which there is something to tell, if nothing happens before; Infinity when there is not. */
export function stormDueAtMs(storm: Storm, openCount: number, limits: StormLimits): number {
  const updateAtMs = storm.unlistedIds.length > 0 ? storm.lastNoticeAtMs + limits.updateIntervalMs : Infinity;
  const overAtMs =
    openCount < limits.minIncidentCount / 2 ? storm.lastJoinedAtMs + limits.windowMs + 1 : Infinity;
  return Math.min(updateAtMs, overAtMs);
}
