// Message-IDs (RFC 5322, 3.6.4). They are the same at every attempt, so that a mail store can drop doubles, and that of an
// incident's opening is known to every later mail of it, so that a recovery lands under its alert.
import type { Transition } from '../transition/transition.ts';

export function messageIdOf(transition: Transition, domain: string): string {
  const { sequence, idempotencyKey } = transition;
  return sequence === 0 ? openingMessageId(transition, domain) : `<${idempotencyKey}@${domain}>`;
}

/** Even a mailbox that the opening was not severe enough for gets one thread: all answer the same mail. */
export function openingMessageId({ incidentId }: Transition, domain: string): string {
  return `<${incidentId}@${domain}>`;
}
