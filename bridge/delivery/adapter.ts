// What is particular to one kind of HTTP destination: pure functions from a transition to a request, and from an answer
// to an outcome. Everything else (order, retries, connections, credentials) is the same for all.
import type { Transition } from '../transition/transition.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Outcome } from './outcome.ts';

export interface OutgoingRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface IncomingAnswer {
  readonly status: number;
  /** The wait that the destination asked for. */
  readonly retryAfterMs?: number;
  /** The first bytes of the body, as text. */
  readonly excerpt: string;
}

export interface DestinationAdapter {
  /** The body, rendered once, when the transition is committed. */
  render(transition: Transition): string;
  /** The request of one attempt at `nowMs`. It must not change the body. */
  request(row: OutboxRow, nowMs: number): OutgoingRequest;
  outcome(answer: IncomingAnswer): Outcome;
  /** A smaller body for a destination that found this one too large; undefined when there is nothing left to leave out. */
  shrink(body: string): string | undefined;
}
