// Which incidents of sessions are open, and which storm each belongs to: followed from transition to transition, so that
// nothing has to be counted when it is asked for.
import type { SessionCategory } from '../state.ts';

export interface OpenIncident {
  readonly incidentId: string;
  readonly sessionId: string;
  readonly category: SessionCategory;
}

interface Entry {
  readonly incident: OpenIncident;
  stormId: string | undefined;
}

const NONE: ReadonlySet<OpenIncident> = new Set();

export class OpenIncidents {
  readonly #entries = new Map<string, Entry>();
  readonly #members = new Map<string, Set<OpenIncident>>();
  /** Of each session, how many incidents are open that belong to no storm. */
  readonly #looseCounts = new Map<string, number>();

  /** How many sessions have an open incident that belongs to no storm. */
  get looseSessionCount(): number {
    return this.#looseCounts.size;
  }

  open(incident: OpenIncident, stormId: string | undefined): void {
    this.close(incident.incidentId);
    this.#entries.set(incident.incidentId, { incident, stormId: undefined });
    this.#countLoose(incident.sessionId, 1);
    if (stormId !== undefined) this.assign(incident.incidentId, stormId);
  }

  close(incidentId: string): void {
    const entry = this.#entries.get(incidentId);
    if (entry === undefined) return;
    this.#entries.delete(incidentId);
    if (entry.stormId === undefined) this.#countLoose(entry.incident.sessionId, -1);
    else this.#members.get(entry.stormId)?.delete(entry.incident);
  }

  /** Gives an open incident to a storm, for good. */
  assign(incidentId: string, stormId: string): void {
    const entry = this.#entries.get(incidentId);
    if (entry === undefined || entry.stormId !== undefined) return;
    entry.stormId = stormId;
    this.#countLoose(entry.incident.sessionId, -1);
    const members = this.#members.get(stormId);
    if (members === undefined) this.#members.set(stormId, new Set([entry.incident]));
    else members.add(entry.incident);
  }

  /** The storm is over: its members, which belong to none from now on. */
  release(stormId: string): readonly OpenIncident[] {
    const members = [...this.membersOf(stormId)];
    this.#members.delete(stormId);
    for (const { incidentId, sessionId } of members) {
      this.#entries.get(incidentId)!.stormId = undefined;
      this.#countLoose(sessionId, 1);
    }
    return members;
  }

  stormOf(incidentId: string): string | undefined {
    return this.#entries.get(incidentId)?.stormId;
  }

  membersOf(stormId: string): ReadonlySet<OpenIncident> {
    return this.#members.get(stormId) ?? NONE;
  }

  /** Those that belong to no storm. Goes through all that are open. */
  *loose(): Generator<OpenIncident, void> {
    for (const { incident, stormId } of this.#entries.values()) if (stormId === undefined) yield incident;
  }

  #countLoose(sessionId: string, change: 1 | -1): void {
    const count = (this.#looseCounts.get(sessionId) ?? 0) + change;
    if (count === 0) this.#looseCounts.delete(sessionId);
    else this.#looseCounts.set(sessionId, count);
  }
}
