// A silence: what is not to be told, from when to when, and who has said so. Plain data and pure functions.

/** Who made it: the configuration, as a maintenance window, or somebody over the API. */
export type SilenceOrigin = 'config' | 'api';

export const SILENCE_STATES = ['pending', 'active', 'expired'] as const;

/** Where it is in its life. It is active from its start on, and no longer at its end. */
export type SilenceState = (typeof SILENCE_STATES)[number];

/** What somebody says when making one. */
export interface SilenceTerms {
  /** As they were written; all must hold. */
  readonly matchers: readonly string[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly author: string;
  readonly comment: string;
}

export interface Silence extends SilenceTerms {
  readonly id: string;
  readonly origin: SilenceOrigin;
  /** Of one over the API. */
  readonly createdAtMs?: number;
  /** Of one over the API that was changed, or ended by somebody. */
  readonly updatedAtMs?: number;
}

export function stateAt(
  { startsAtMs, endsAtMs }: Pick<SilenceTerms, 'startsAtMs' | 'endsAtMs'>,
  nowMs: number,
): SilenceState {
  if (nowMs >= endsAtMs) return 'expired';
  return nowMs >= startsAtMs ? 'active' : 'pending';
}

/** How long an expired silence is still shown: as long as the outbox keeps what was delivered. */
export const KEEP_EXPIRED_MS = 7 * 24 * 3_600_000;
