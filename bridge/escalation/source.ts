// What can be escalated: alerts that wait somewhere for too long, be it for a destination or for a person. The contract
// between those who know what waits and the escalator, which knows whom to tell.
import type { Statement } from '../../collector/extension/storage.ts';
import type { Reason, Severity } from '../transition/transition.ts';

/** Why alerts are escalated. */
export type EscalationCause =
  'undelivered' | 'dead_letter' | 'credential_refused' | 'destination_gone' | 'unacknowledged';

/** One alert that waits. */
export interface WaitingAlert {
  /** Names it to its source: a row of the outbox, or an incident of a queue. */
  readonly ref: string;
  readonly incidentId: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly reasons: readonly Reason[];
  /** Wall clock. */
  readonly waitingSinceMs: number;
  /** Why it is escalated now: for its age, or at once. */
  readonly cause: EscalationCause;
  /** Of its incident; absent when the source does not know it any more. */
  readonly environment?: string;
  /**
   * When the step has been taken for another alert of the same incident that still waits: whether that one was as bad,
   * so that there is nothing new to tell, or milder. Absent: of this incident nothing has been told.
   */
  readonly told?: 'as_bad' | 'milder';
}

/** Of all alerts that were escalated, those that still wait. */
export interface StillWaiting {
  /** Incidents that they belong to. */
  readonly count: number;
  /** Nothing waits but dead letters. */
  readonly isDeadLettersOnly?: true;
  /** Absent when none does. */
  readonly oldestSinceMs?: number;
}

export interface EscalationSource {
  /** The exporter's id: whose alerts wait. */
  readonly sourceId: string;
  /**
   * Alerts for which every step before `step` (0, 1, …) has been taken, but not this one, and that have waited since before
   * `beforeMs`, or, at step 0, need not wait: dead letters, a refused credential. Most severe first, then oldest.
   */
  readDue(query: {
    readonly step: number;
    readonly beforeMs: number;
    readonly limit: number;
  }): Promise<readonly WaitingAlert[]>;
  /** Note down that step `step` has been taken for them: part of the commit that takes it. */
  markStatements(alerts: readonly WaitingAlert[], step: number): readonly Statement[];
  /** `atMost`: counting may stop there; what is no dead letter is counted first. */
  readStillWaiting(query?: { readonly atMost: number }): Promise<StillWaiting>;
  /**
   * Dead letters that nobody has redriven are waited for no longer: part of the commit that ends their incident without
   * them. Absent: the source has none.
   */
  leaveStatements?(): readonly Statement[];
}
