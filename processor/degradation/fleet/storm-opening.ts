// How a storm begins over a crowd: as a new one, or as an earlier one again. Pure.
import type { Severity } from '../../../bridge/transition/transition.ts';
import type { Crowd } from './crowd.ts';
import { isSameBucket, openFleetIncident } from './fleet-incident.ts';
import type { StormLimits } from './fleet-limits.ts';
import type { Storm } from './storm.ts';

/** When it begins, by the sessions' clocks and on the wall. */
export interface Beginning {
  readonly eventMs: number;
  readonly nowMs: number;
}

/** The storm, without the members of this batch; `previous` is the ended one that it continues. */
export function openStorm(
  { group, reason, members }: Crowd,
  aloneCount: number,
  severity: Severity,
  ended: readonly Storm[],
  { eventMs, nowMs }: Beginning,
  limits: StormLimits,
): { readonly storm: Storm; readonly previous: Storm | undefined } {
  const times = members.map(({ atMs }) => atMs);
  const triggerAtMs = Math.min(eventMs, least(times.filter((atMs) => atMs >= eventMs - limits.windowMs)));
  const previous = ended.find((each) => isContinued(each, group.subject, triggerAtMs, nowMs, limits));
  const storm: Storm = {
    ...openFleetIncident('storm', group.subject, previous, { severity, reasons: [reason], triggerAtMs }),
    group,
    membersSinceMs: least(times),
    formedAtMs: times.reduce((latest, atMs) => Math.max(latest, atMs), -Infinity),
    memberCount: (previous?.memberCount ?? 0) + aloneCount,
    unlistedIds: [],
    lastJoinedAtMs: nowMs,
    lastNoticeAtMs: nowMs,
  };
  return { storm, previous };
}

/** Whether a storm over the same sessions is this one again. */
function isContinued(
  ended: Storm,
  subject: string,
  triggerAtMs: number,
  nowMs: number,
  { cooldownMs }: StormLimits,
): boolean {
  if (ended.subject !== subject || ended.endedAtMs === undefined) return false;
  return nowMs - ended.endedAtMs <= cooldownMs || isSameBucket(ended, triggerAtMs);
}

function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Infinity);
}
