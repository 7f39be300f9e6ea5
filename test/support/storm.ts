// Storms for tests: the transitions of one, and of incidents that belong to it.
import type { Transition } from '../../bridge/transition/transition.ts';
import { transitionOf } from './transition.ts';

export const STORM_ID = transitionOf({ subject: 'edge=fra-3', category: 'storm' }).incidentId;

/** A transition of the storm over `edge=fra-3` that lists these incidents; sequence 0 opens it. */
export function stormNotice(
  sequence: number,
  listed: readonly Transition[],
  { survivors, ...fields }: Partial<Transition> & { readonly survivors?: readonly Transition[] } = {},
): Transition {
  return transitionOf({
    subject: 'edge=fra-3',
    category: 'storm',
    kind: survivors === undefined ? (sequence === 0 ? 'opened' : 'updated') : 'recovered',
    sequence,
    group: {
      memberCount: listed.length,
      openCount: listed.length,
      members: [],
      listedIds: listed.map(({ incidentId }) => incidentId),
      breakdown: { bySeverity: {}, byReason: {}, byDimension: {} },
      ...(survivors !== undefined && { survivorIds: survivors.map(({ incidentId }) => incidentId) }),
    },
    ...fields,
  });
}

/** The opening of an incident that belongs to that storm, or what `fields` make of it. */
export function memberOf(subject: string, fields: Partial<Transition> = {}): Transition {
  return transitionOf({ subject, stormId: STORM_ID, ...fields });
}
