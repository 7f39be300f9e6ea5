// The openings of the last window that belong to no storm, and how many of them each group has. Of a session and category
// only the newest counts: one session alone is no storm, however often it opens.
import type { OpenIncident } from './open-incidents.ts';
import type { GroupCount, StormGroup } from './storm-group.ts';

export interface RecentOpening extends OpenIncident {
  /** Event time. */
  readonly atMs: number;
  readonly groups: readonly StormGroup[];
}

export class RecentOpenings {
  readonly #openings = new Map<string, RecentOpening>();
  readonly #counts = new Map<string, { readonly group: StormGroup; incidentCount: number }>();

  add(opening: RecentOpening): void {
    this.remove(opening);
    this.#openings.set(keyOf(opening), opening);
    for (const group of opening.groups) {
      const count = this.#counts.get(group.subject);
      if (count === undefined) this.#counts.set(group.subject, { group, incidentCount: 1 });
      else count.incidentCount += 1;
    }
  }

  /** Removes the last opening of the same session and category. */
  remove(incident: OpenIncident): void {
    const opening = this.#openings.get(keyOf(incident));
    if (opening === undefined) return;
    this.#openings.delete(keyOf(opening));
    for (const { subject } of opening.groups) {
      const count = this.#counts.get(subject)!;
      count.incidentCount -= 1;
      if (count.incidentCount === 0) this.#counts.delete(subject);
    }
  }

  removeBefore(eventMs: number): void {
    for (const opening of this.#openings.values()) if (opening.atMs < eventMs) this.remove(opening);
  }

  counts(): readonly GroupCount[] {
    return [...this.#counts.values()];
  }

  in({ subject, shared }: StormGroup): readonly RecentOpening[] {
    const openings = [...this.#openings.values()];
    if (shared === undefined) return openings;
    return openings.filter(({ groups }) => groups.some((group) => group.subject === subject));
  }
}

function keyOf({ category, sessionId }: OpenIncident): string {
  return `${category} ${sessionId}`;
}
