// What the fleet asks of the table of sessions. The contract only, and how one session is counted.
import { isExpectedToTalk, type SessionState } from '../state.ts';

export interface Sessions {
  /** Those that have not ended. Kept up to date with each step, not counted when asked. */
  readonly activeCount: number;
  /** Those of them from which samples are expected, likewise. */
  readonly talkingCount: number;
  stateOf(sessionId: string): SessionState | undefined;
  /** All of them: to be gone through at rare moments only. */
  states(): Iterable<SessionState>;
}

export type Standing = 'absent' | 'active' | 'talking';

/**
 * Talking is who sends samples and is not known to have stopped: a session that is in a gap already, or has told of its
 * disconnect, can't fall silent any more.
 */
export function standingOf(state: SessionState | undefined): Standing {
  if (state === undefined || state.endedAtMs !== undefined) return 'absent';
  if (!isExpectedToTalk(state)) return 'active';
  const { connectionCauses: causes } = state;
  if (causes.length === 0) return 'talking';
  return causes.includes('gap') || causes.includes('disconnected') ? 'active' : 'talking';
}
