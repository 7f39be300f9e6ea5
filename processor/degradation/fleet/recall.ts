// What the storm stage knows of incidents, read again from the states of sessions after a restart. Pure.
import { incidentOf, type Incident, type SessionCategory } from '../state.ts';
import type { OpenIncident } from './open-incidents.ts';
import type { RecentOpening } from './recent-openings.ts';
import type { Sessions } from './sessions.ts';
import { isInGroup, traitsOf, type Traits } from './storm-group.ts';
import type { StormMark } from './storm-mark.ts';
import type { Storm } from './storm.ts';

const CATEGORIES: readonly SessionCategory[] = ['quality', 'connection'];

export interface Recalled {
  readonly open: readonly { readonly incident: OpenIncident; readonly stormId: string | undefined }[];
  readonly recent: readonly { readonly opening: Omit<RecentOpening, 'groups'>; readonly traits: Traits }[];
  /** Of incidents whose storm is not known: nobody will tell of them in their stead. */
  readonly staleMarks: readonly StormMark[];
}

/** `sinceMs` is the event time at which the window of recent openings starts. */
export function recallIncidents(sessions: Sessions, openStorms: readonly Storm[], sinceMs: number): Recalled {
  const open = [];
  const recent = [];
  const staleMarks = [];
  for (const state of sessions.states()) {
    for (const category of CATEGORIES) {
      const incident = incidentOf(state, category);
      if (incident === undefined) continue;
      const traits = traitsOf(state);
      const named: OpenIncident = {
        incidentId: incident.incidentId,
        sessionId: state.sessionId,
        category,
      };
      const storm =
        incident.stormId === undefined
          ? openStorms.find((each) => hasFormedOf(each, incident, traits))
          : openStorms.find((each) => each.incidentId === incident.stormId);
      // While an opening is held back, all that is known outside is that the incident is over.
      if (incident.open && incident.announced) {
        open.push({ incident: named, stormId: storm?.incidentId });
        if (incident.stormId !== undefined && storm === undefined) staleMarks.push(named);
      }
      const isRecent = incident.lastOpeningAtMs >= sinceMs;
      if (isRecent && storm === undefined) {
        recent.push({ opening: { ...named, atMs: incident.lastOpeningAtMs }, traits });
      }
    }
  }
  return { open, recent, staleMarks };
}

/** Whether the storm formed of this incident, among others, after it had been sent alone. */
function hasFormedOf(storm: Storm, { lastOpeningAtMs }: Incident, traits: Traits): boolean {
  const { membersSinceMs, formedAtMs, group } = storm;
  return lastOpeningAtMs >= membersSinceMs && lastOpeningAtMs <= formedAtMs && isInGroup(group, traits);
}
