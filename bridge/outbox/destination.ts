// What the outbox asks of a destination: which transitions it wants, and what to store for it in the transition's own
// commit.
import type { Component } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import { severityRank, type Severity, type Transition } from '../transition/transition.ts';
import type { SendingQueue } from './sending-queue.ts';

export interface Destination extends Component {
  /** The exporter's id. */
  readonly destinationId: string;
  /** Incidents that never reach this severity are not sent. */
  readonly minSeverity: Severity;
  /** What may wait for it, and for how long. Absent when nothing ever waits. */
  readonly sendingQueue?: SendingQueue;
  /** Whether it takes what is sent to it at present. Absent when nothing is sent. */
  readonly isTaking?: boolean;
  /**
   * The statements that store the transition for this destination: repeating them must change nothing. One that a storm
   * (`transition.stormId`) or a silence holds back is stored too, and not sent.
   */
  statementsFor(transition: Transition, silenceId?: string): readonly Statement[];
  /** Called after the commit of so many transitions that it wanted; of none when something that was held back may go now. */
  committed(transitionCount: number): void;
}

/**
 * A destination is told of an incident's whole life once the incident has been severe enough: a recovery is worth no
 * less than the opening that it ends.
 */
export function wants(destination: Destination, transition: Transition): boolean {
  return severityRank(transition.peakSeverity) >= severityRank(destination.minSeverity);
}
