// What the outbox asks of a destination: which transitions it wants, and what to store for it in the transition's own
// commit.
import type { Component } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import { severityRank, type Severity, type Transition } from '../transition/transition.ts';

export interface Destination extends Component {
  /** The exporter's id. */
  readonly destinationId: string;
  /** Incidents that never reach this severity are not sent. */
  readonly minSeverity: Severity;
  /** The statements that store the transition for this destination: repeating them must change nothing. */
  statementsFor(transition: Transition): readonly Statement[];
  /** Called after the commit of so many transitions that it wanted. */
  committed(transitionCount: number): void;
}

/**
 * A destination is told of an incident's whole life once the incident has been severe enough: a recovery is worth no
 * less than the opening that it ends.
 */
export function wants(destination: Destination, transition: Transition): boolean {
  return severityRank(transition.peakSeverity) >= severityRank(destination.minSeverity);
}
