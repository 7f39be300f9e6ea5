// The mark that a storm leaves in a session's state: its incident carries the storm's id, and so do the transitions that
// follow. Pure.
import type { Transition } from '../../../bridge/transition/transition.ts';
import { incidentOf, withIncident, type SessionState } from '../state.ts';
import type { OpenIncident } from './open-incidents.ts';

export interface StormMark extends OpenIncident {
  /** Absent when the mark is to be taken away. */
  readonly stormId?: string;
}

/** The same state when there is nothing to change. */
export function withStormMark(state: SessionState, mark: StormMark): SessionState {
  const incident = incidentOf(state, mark.category);
  if (incident?.incidentId !== mark.incidentId || incident.stormId === mark.stormId) return state;
  const { stormId: _, ...unmarked } = incident;
  const marked = mark.stormId === undefined ? unmarked : { ...unmarked, stormId: mark.stormId };
  return { ...withIncident(state, mark.category, marked), revision: state.revision + 1 };
}

/** An opening leaves its storm. Here it is told again which one that was, so that no incident counts twice in it. */
export function withFormerStorm(opening: Transition, before: SessionState | undefined): Transition {
  const { category, incidentId, kind } = opening;
  if (kind !== 'reopened' || (category !== 'quality' && category !== 'connection')) return opening;
  const former = before && incidentOf(before, category);
  if (former?.incidentId !== incidentId || former.stormId === undefined) return opening;
  return { ...opening, stormId: former.stormId };
}
