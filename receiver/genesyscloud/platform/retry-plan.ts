// What all sources have in common when the platform does not serve them: how the waits grow, and after how many failures
// somebody is told. What a failure means is each source's own.
import type { BackoffSchedule } from '../../../collector/backoff.ts';

/** What a cause means to a source. */
export interface CausePlan {
  /** Only a person can mend it: it is asked for now and then. */
  readonly isSlow?: true;
  /** Told after so many failures in a row. */
  readonly toldAfter: number;
  readonly reason: string;
}

/** The guide begins its back-off at 5 s. */
export const FIRST_WAIT_MS = 5_000;
export const LONGEST_WAIT_MS = 60_000;
/** What passes by itself is told when it has not after so many tries. */
export const PATIENCE = 3;

const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** About 5 minutes. */
export const SLOW: BackoffSchedule = {
  initialMs: 400_000,
  multiplier: 1,
  maxMs: 400_000,
  maxRetryAfterMs: LONGEST_RETRY_AFTER_MS,
};

/** From `firstMs` on; the wait is between half of each step and all of it, so the first step is twice as long. */
export function doublingFrom(firstMs: number, longestMs = LONGEST_WAIT_MS): BackoffSchedule {
  return {
    initialMs: 2 * firstMs,
    multiplier: 2,
    maxMs: longestMs,
    maxRetryAfterMs: LONGEST_RETRY_AFTER_MS,
  };
}
