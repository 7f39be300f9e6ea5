// How a storm is told: which of its members a notice lists, and what it says of the others. Pure.
import {
  MAX_LISTED_INCIDENTS,
  type Transition,
  type TransitionKind,
} from '../../../bridge/transition/transition.ts';
import type { Moment } from '../notice.ts';
import { tellFleetIncident } from './fleet-incident.ts';
import type { Summary } from './storm-summary.ts';
import type { Storm } from './storm.ts';

export interface StormNotice {
  readonly kind: TransitionKind;
  /** Of the ids that wait to be listed, so many. */
  readonly listedCount: number;
  readonly summary: Summary;
  readonly survivorIds?: readonly string[];
}

/** One notice, or several when there are too many ids for one: those that follow are updates. */
export function tellStorm(
  before: Storm,
  { kind, listedCount, summary, survivorIds }: StormNotice,
  at: Moment,
  environment: string,
): { readonly storm: Storm; readonly transitions: readonly Transition[] } {
  const { unlistedIds, memberCount } = before;
  const { shared } = before.group;
  const dimensions = shared === undefined ? {} : { [shared.dimension]: shared.value };
  const transitions: Transition[] = [];
  let storm = before;
  for (let index = 0; index === 0 || index < listedCount; index += MAX_LISTED_INCIDENTS) {
    const listedIds = unlistedIds.slice(index, Math.min(listedCount, index + MAX_LISTED_INCIDENTS));
    const group = {
      memberCount,
      ...summary,
      listedIds,
      ...(survivorIds !== undefined && { survivorIds }),
    };
    const more = { environment, dimensions, suppressedCount: 0, group };
    const told = tellFleetIncident('storm', storm, index === 0 ? kind : 'updated', at, more);
    transitions.push(told.transition);
    storm = told.incident;
  }
  const told = { ...storm, unlistedIds: unlistedIds.slice(listedCount), lastNoticeAtMs: at.decidedAtMs };
  return { storm: told, transitions };
}
