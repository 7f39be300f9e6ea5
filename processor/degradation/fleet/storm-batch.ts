// What one batch of transitions has led to, on the way through the storm stage: who has joined which storm, and what is to
// be sent in the end. Knows no rule.
import type { Severity, Transition } from '../../../bridge/transition/transition.ts';
import type { SessionCategory } from '../state.ts';
import { worse } from './fleet-incident.ts';
import type { OpenIncident } from './open-incidents.ts';
import type { Joining } from './storm.ts';
import type { StormMark } from './storm-mark.ts';

/** A transition of a session's incident. */
export type SessionTransition = Transition & { readonly category: SessionCategory };

export interface StormStep {
  /** What went in, marked where a storm tells of it, and behind that the transitions of storms. */
  readonly transitions: readonly Transition[];
  readonly marks: readonly StormMark[];
  /** Whether what the stage remembers must be stored. */
  readonly hasChanged: boolean;
}

interface Change extends Joining {
  newCount: number;
  readonly ids: Set<string>;
  hasJoined: boolean;
  worst: Severity | undefined;
}

export class StormBatch {
  /** The first opening of each incident that has joined no storm, with the worst severity that followed. */
  readonly fresh = new Map<string, SessionTransition>();
  hasChanged = false;
  readonly #joined = new Map<string, { readonly stormId: string; readonly opening: SessionTransition }>();
  readonly #changes = new Map<string, Change>();
  /** Incidents that carry the id of a storm to which they don't belong any more. */
  readonly #stale = new Map<string, SessionTransition>();
  /** Members of storms that have ended: their marks are taken away. */
  readonly #released: OpenIncident[] = [];
  readonly #ofStorms: Transition[] = [];

  /** An incident that was in the storm before is listed already; one that is critical now may be news to somebody. */
  join(opening: SessionTransition, stormId: string): void {
    const { incidentId, severity } = opening;
    const change = this.#changeOf(stormId);
    const isKnown = opening.stormId === stormId || this.#joined.get(incidentId)?.stormId === stormId;
    if (!isKnown) change.newCount += 1;
    if (!isKnown || severity === 'critical') change.ids.add(incidentId);
    change.hasJoined = true;
    this.worsen(stormId, severity);
    this.fresh.delete(incidentId);
    if (!this.#joined.has(incidentId)) this.#joined.set(incidentId, { stormId, opening });
  }

  /** An opening that has joined no storm, or what follows one. */
  addFresh(transition: SessionTransition): void {
    const { incidentId, severity } = transition;
    const first = this.fresh.get(incidentId);
    if (first === undefined) this.fresh.set(incidentId, transition);
    else this.fresh.set(incidentId, { ...first, severity: worse(first.severity, severity) });
  }

  /** A member has become critical: destinations that want nothing milder have not been told of it. */
  listAgain(incidentId: string, stormId: string): void {
    this.#changeOf(stormId).ids.add(incidentId);
  }

  worsen(stormId: string, severity: Severity): void {
    const change = this.#changeOf(stormId);
    change.worst = worse(change.worst ?? severity, severity);
  }

  stale(transition: SessionTransition): void {
    this.#stale.set(transition.incidentId, transition);
  }

  /** What the batch has brought to a storm, once. */
  takeChange(stormId: string): Readonly<Change> | undefined {
    const change = this.#changes.get(stormId);
    this.#changes.delete(stormId);
    return change;
  }

  send(transition: Transition): void {
    this.#ofStorms.push(transition);
  }

  release(survivors: readonly OpenIncident[]): void {
    this.#released.push(...survivors);
  }

  step(transitions: readonly Transition[]): StormStep {
    const marks: StormMark[] = [];
    for (const [incidentId, { stormId, opening }] of this.#joined) {
      marks.push({ incidentId, sessionId: opening.subject, category: opening.category, stormId });
    }
    for (const [incidentId, { subject, category }] of this.#stale) {
      if (!this.#joined.has(incidentId)) marks.push({ incidentId, sessionId: subject, category });
    }
    const isMarked = this.#joined.size > 0 || this.#stale.size > 0;
    const sent = isMarked ? transitions.map((transition) => this.#marked(transition)) : transitions;
    return {
      transitions: this.#ofStorms.length > 0 ? [...sent, ...this.#ofStorms] : sent,
      marks: [...marks, ...this.#released],
      hasChanged: this.hasChanged,
    };
  }

  #marked(transition: Transition): Transition {
    const { incidentId, sequence } = transition;
    const joined = this.#joined.get(incidentId);
    if (joined !== undefined && sequence >= joined.opening.sequence) {
      return { ...transition, stormId: joined.stormId };
    }
    if (!this.#stale.has(incidentId)) return transition;
    const { stormId: _, ...alone } = transition;
    return alone;
  }

  #changeOf(stormId: string): Change {
    let change = this.#changes.get(stormId);
    if (change === undefined) {
      change = { newCount: 0, ids: new Set(), hasJoined: false, worst: undefined };
      this.#changes.set(stormId, change);
    }
    return change;
  }
}
