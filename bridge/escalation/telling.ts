// Who hears of a notice as what. An incident has one history, but a destination of a later step has heard nothing of it
// so far: for that one it opens. So each destination gets opened, updates and the end, in an order that its adapter knows. Pure.
import {
  severityRank,
  type Severity,
  type Transition,
  type TransitionKind,
} from '../transition/transition.ts';
import { retold } from './notice.ts';
import type { EscalationState, Told } from './state.ts';

/** A transition, and what is sent of it to each destination. */
export interface Notice {
  readonly transition: Transition;
  readonly sent: readonly { readonly to: string; readonly transition: Transition }[];
}

/** Undefined for an incident of which nobody was told yet. */
export function historyOf({ nextSequence, isOpen, severity }: EscalationState): Told | undefined {
  return nextSequence === 0 ? undefined : { isOpen, severity };
}

/** What a notice is to one who knows so much: who has acknowledged something milder must be paged anew. */
export function kindFor(history: Told | undefined, severity: Severity): TransitionKind {
  if (history === undefined) return 'opened';
  if (!history.isOpen) return 'reopened';
  return severityRank(severity) > severityRank(history.severity) ? 'escalated' : 'updated';
}

export function noticeTo(to: readonly string[], transition: Transition, state: EscalationState): Notice {
  const sent = to.map((id) => {
    const kind = kindFor(state.told[id], transition.severity);
    return { to: id, transition: retold(transition, kind, state) };
  });
  return { transition, sent };
}

export function afterNotice(state: EscalationState, to: readonly string[]): EscalationState {
  const heard = to.map((id) => [id, { isOpen: true, severity: state.severity }] as const);
  return {
    ...state,
    isOpen: true,
    nextSequence: state.nextSequence + 1,
    told: { ...state.told, ...Object.fromEntries(heard) },
  };
}
