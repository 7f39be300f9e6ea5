// When the incident of an escalation is over, and what is told of its end. Pure.
import { noticeOf, reasonsOf } from './notice.ts';
import type { EscalationCause, StillWaiting } from './source.ts';
import type { EscalationState } from './state.ts';
import type { Notice } from './telling.ts';

/**
 * Dead letters that nobody redrives end their incident when nothing more has happened for so long: an incident that stayed
 * open would take the next trouble in, and nobody is paged by an update of what they acknowledged days ago.
 */
const DEAD_LETTERS_REST_MS = 3_600_000;

/** What an incident that is open comes to when nothing is due: undefined while it has to stay open. */
export function kindOfEnd(
  state: EscalationState,
  { count, isDeadLettersOnly }: StillWaiting,
  nowMs: number,
): 'recovered' | 'ended' | undefined {
  if (!state.isOpen) return undefined;
  if (count === 0) return 'recovered';
  const lastNoticeAtMs = Math.max(...Object.values(state.noticeAtMs));
  return isDeadLettersOnly === true && nowMs - lastNoticeAtMs >= DEAD_LETTERS_REST_MS ? 'ended' : undefined;
}

/** Closes the incident: for all that were told, as far as `isRunning`. */
export function decideEnd(
  state: EscalationState,
  end: {
    readonly kind: 'recovered' | 'ended';
    readonly source: string;
    readonly limitMs: number;
    readonly stillWaiting: StillWaiting;
    readonly nowMs: number;
    isRunning(destination: string): boolean;
  },
): { readonly state: EscalationState; readonly notice: Notice } {
  const { kind, nowMs, stillWaiting } = end;
  const to = Object.keys(state.told).filter((id) => state.told[id]?.isOpen === true && end.isRunning(id));
  const transition = noticeOf(end.source, state, {
    kind,
    sequence: state.nextSequence,
    nowMs,
    reasons: reasonsOf(new Set(Object.keys(state.causeCounts) as EscalationCause[]), {
      waitedMs: nowMs - state.oldestSinceMs,
      limitMs: end.limitMs,
      deadLetterCount: kind === 'ended' ? stillWaiting.count : (state.causeCounts.dead_letter ?? 0),
    }),
    openCount: stillWaiting.count,
    listedIds: [],
  });
  const closed = Object.entries(state.told).map(([id, told]) => [id, { ...told, isOpen: false }] as const);
  return {
    state: {
      ...state,
      isOpen: false,
      nextSequence: state.nextSequence + 1,
      told: Object.fromEntries(closed),
    },
    notice: { transition, sent: to.map((id) => ({ to: id, transition })) },
  };
}
