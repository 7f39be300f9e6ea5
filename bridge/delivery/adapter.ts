// What is particular to one kind of HTTP destination: pure functions from a transition to a request, and from an answer
// to an outcome. Everything else (order, retries, connections, credentials) is the same for all.
import type { Transition } from '../transition/transition.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Outcome } from './outcome.ts';

/** One POST. */
export interface OutgoingRequest {
  /** Where to, when it is not the destination's own URL. */
  readonly url?: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What of the URL and the body is secret, so that an answer which repeats it is not shown. Header values are anyway. */
  readonly secrets?: readonly string[];
}

export interface IncomingAnswer {
  readonly status: number;
  /** The wait that the destination asked for. */
  readonly retryAfterMs?: number;
  /** The first bytes of the body, as text. Nothing secret is in it. */
  readonly excerpt: string;
  /** The body, up to the adapter's `answerBytes`. It may repeat what we sent: only for deciding, never to be shown. */
  readonly body?: string;
}

/** What is to be asked until the destination says that it really has what it took. */
export interface Confirmation {
  readonly request: OutgoingRequest;
  readonly everyMs: number;
  /** After this long without a yes the transition is sent again, under the same key. */
  readonly timeoutMs: number;
  /** Undefined: not yet. */
  outcome(answer: IncomingAnswer): Outcome | undefined;
}

export interface DestinationAdapter {
  /** How much of an answer's body `outcome` wants to see; absent when the status says all. */
  readonly answerBytes?: number;
  /** The body, rendered once, when the transition is committed. No secret is in it: it is stored. */
  render(transition: Transition): string;
  /**
   * The request of one attempt at `nowMs`. It sends the stored body as it is. What can't be stored may join it here, a
   * secret that the destination wants in the body, or a time that is too old for it by now; nothing else.
   */
  request(row: OutboxRow, nowMs: number): OutgoingRequest;
  outcome(answer: IncomingAnswer, row: OutboxRow): Outcome;
  /** A smaller body for a destination that found this one too large; undefined when there is nothing left to leave out. */
  shrink(body: string): string | undefined;
  /**
   * For a destination that needs several requests for one transition: what of the stored body is left once its first
   * request has been delivered; undefined when that was the last one. What is left is stored in the body's place, so
   * that a later attempt goes on where this one failed.
   */
  rest?(body: string): string | undefined;
  /**
   * For a destination whose requests each go to another recipient: one that is dead keeps none of the others back. The
   * transition is then dead for the recipients of these requests alone; they must be lines of request-lines.ts.
   */
  readonly areRequestsIndependent?: true;
  /** For a destination whose yes is not the last word: how to ask for that one. */
  confirmation?(answer: IncomingAnswer): Confirmation | undefined;
}
