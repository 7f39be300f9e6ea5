// What the processor hands to the outbox: transitions together with the state that they leave behind, so that both are
// one commit.
import type { Consumer } from '../../collector/component.ts';
import type { Transition } from './transition.ts';

/** The state of one session as its processor wants it back after a restart; `state` is JSON. */
export interface SessionRecord {
  readonly sessionId: string;
  /** Grows with each change of the session's state; of two records the higher one is newer. */
  readonly revision: number;
  /** Absent when there is nothing left to remember. */
  readonly state?: string;
}

export interface TransitionBatch {
  readonly transitions: readonly Transition[];
  /** The states of the sessions that the transitions are about, committed with them. */
  readonly records: readonly SessionRecord[];
  /** What the processor remembers of all sessions together, as JSON, when that has changed. */
  readonly fleetState?: string;
}

/** The end of a logs pipeline. */
export interface TransitionSink extends Consumer<TransitionBatch> {
  /** Stores states that no transition depends on, cheaply: they survive a crash of the process, not of the machine. */
  checkpoint(records: readonly SessionRecord[]): Promise<void>;
  /** What `consume` and `checkpoint` stored for this pipeline, the newest record of each session. */
  restore(): Promise<readonly SessionRecord[]>;
  /** The last `fleetState` that was stored for this pipeline. */
  restoreFleet(): Promise<string | undefined>;
}
