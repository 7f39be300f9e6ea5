// What one step gives out beside the new state. The lists are made only when there is something to put in.
import type { Transition } from '../../bridge/transition/transition.ts';
import type { SessionState } from './state.ts';

/** Why something that could have become a notification, or a record that could have been judged, was not. */
export type SuppressionCause =
  /** A candidate was clear again before its hold was over. */
  | 'blip'
  /** A candidate was bad at the end of its hold, but not for enough of it. */
  | 'too_few_bad'
  /** A candidate was cut off by a counter reset, a change of codec or decoder, a mute or an ICE restart. */
  | 'boundary'
  /** A candidate's session ended. */
  | 'session_ended'
  /** The dedup window held an opening back. */
  | 'dedup'
  /** An opening, a recovery or a severity of an incident that flaps. */
  | 'flapping'
  /** A repeat, or older than what is known. */
  | 'late';

export interface StepResult {
  /** Undefined when the session is forgotten. */
  readonly state: SessionState | undefined;
  readonly transitions: readonly Transition[];
  readonly suppressed: readonly SuppressionCause[];
}

const NONE: readonly never[] = [];

export class Effects {
  #transitions: Transition[] | undefined;
  #suppressed: SuppressionCause[] | undefined;

  send(transition: Transition): void {
    (this.#transitions ??= []).push(transition);
  }

  suppress(cause: SuppressionCause): void {
    (this.#suppressed ??= []).push(cause);
  }

  with(state: SessionState | undefined): StepResult {
    return { state, transitions: this.#transitions ?? NONE, suppressed: this.#suppressed ?? NONE };
  }
}
