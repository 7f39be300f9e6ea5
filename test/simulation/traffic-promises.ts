// What anyone may rely on of the requests to one destination, whatever they are about. Each function gives back one
// sentence per promise that was broken.
import type { Transition } from '../../bridge/transition/transition.ts';
import type { ObservedDestination } from './simulation.ts';
import { nameOf } from './transition-lists.ts';

export function brokenTraffic(destination: ObservedDestination): string[] {
  return [
    ...changedBodies(destination),
    ...impatience(destination),
    ...disorder(destination),
    ...leftovers(destination),
  ];
}

/** A key always comes with the same bytes. */
function changedBodies({ standIn }: ObservedDestination): string[] {
  return [...standIn.changedKeys].map((key) => `${standIn.name} got key ${key} with two bodies`);
}

/** Nothing is sent again before the process knows what came of the last time. */
function impatience({ standIn }: ObservedDestination): string[] {
  return [...standIn.impatientKeys].map(
    (key) => `${standIn.name} got key ${key} again while it was still being sent`,
  );
}

/** Of one incident, what takes effect does so in order, and each sequence once. */
function disorder({ standIn }: ObservedDestination): string[] {
  const broken: string[] = [];
  const last = new Map<string, Transition>();
  for (const { transition } of standIn.effects.values()) {
    const before = last.get(transition.incidentId);
    if (before !== undefined && before.sequence >= transition.sequence)
      broken.push(`${standIn.name} took ${nameOf(transition)} after ${nameOf(before)}`);
    last.set(transition.incidentId, transition);
  }
  return broken;
}

/** After an hour of peace nothing waits any more. */
function leftovers({ standIn, left }: ObservedDestination): string[] {
  return [...left]
    .filter(([, state]) => state === 'pending' || state === 'held')
    .map(([key, state]) => `key ${key} is still ${state} at ${standIn.name}`);
}
