// Transitions as the oracle looks at them: by incident, by subject, and by name in a sentence.
import type { Transition } from '../../bridge/transition/transition.ts';
import { secondOf } from '../kill/session-script.ts';

/** In the order in which they come. */
export function byIncident(transitions: readonly Transition[]): Map<string, Transition[]> {
  return Map.groupBy(transitions, ({ incidentId }) => incidentId);
}

export function bySubject(
  transitions: readonly Transition[],
  category: Transition['category'],
): Map<string, Transition[]> {
  return Map.groupBy(
    transitions.filter((transition) => transition.category === category),
    ({ subject }) => subject,
  );
}

export function isOpening({ kind }: Transition): boolean {
  return kind === 'opened' || kind === 'reopened';
}

/** `opened (quality 0) of s-3 at 90 s` */
export function nameOf({ kind, category, sequence, subject, occurredAtMs }: Transition): string {
  return `${kind} (${category} ${sequence}) of ${subject} at ${secondOf(occurredAtMs)}`;
}
