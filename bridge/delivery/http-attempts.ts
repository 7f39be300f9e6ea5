// Attempts at one HTTP destination: the adapter's requests, sent with a credential at the destination's pace. Knows no
// outbox and no retries; one try at one row is all it does.
import type { Host, Settings } from '../../collector/component.ts';
import {
  requireClientAuth,
  type AuthReference,
  type ClientAuthenticator,
} from '../../collector/extension/authenticator.ts';
import type { EgressRules } from '../egress/address-rules.ts';
import type { AttemptRecord, OutboxRow } from '../outbox/outbox-store.ts';
import type { DestinationAdapter, IncomingAnswer, OutgoingRequest } from './adapter.ts';
import { awaitConfirmation } from './confirmation.ts';
import { HttpSender } from './http-sender.ts';
import { isDelivered, outcomeOfFault, type Outcome } from './outcome.ts';
import { RequestPace } from './request-pace.ts';

export interface HttpAttemptsOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Undefined: as fast as it goes. */
  readonly requestsPerSecond: number | undefined;
  readonly egress: EgressRules;
  readonly auth: AuthReference | undefined;
}

interface Tried {
  readonly outcome: Outcome;
  readonly answer?: IncomingAnswer;
}

export class HttpAttempts {
  readonly #settings: Settings;
  readonly #adapter: DestinationAdapter;
  readonly #options: HttpAttemptsOptions;
  #auth: ClientAuthenticator | undefined;
  #sender: HttpSender | undefined;
  readonly #pace: RequestPace;

  constructor(settings: Settings, adapter: DestinationAdapter, options: HttpAttemptsOptions) {
    this.#settings = settings;
    this.#adapter = adapter;
    this.#options = options;
    this.#pace = new RequestPace(settings.clock, options.requestsPerSecond);
  }

  /** Throws a sentence for the user when the authenticator is not there. Connects to nobody yet. */
  open(host: Host): void {
    const { url, timeoutMs, egress, concurrency, auth } = this.#options;
    if (auth !== undefined) this.#auth = requireClientAuth(host, auth);
    const { clock } = this.#settings;
    this.#sender = new HttpSender({ url, timeoutMs, egress, maxConnections: concurrency, clock });
  }

  /** One try. Never rejects: what went wrong is the outcome. `signal` aborts when the process will not wait longer. */
  async attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    const { clock } = this.#settings;
    // Waiting for the first turn is no part of the attempt: its duration is to tell how fast the destination is.
    await this.#pace.turn(signal);
    const startedAtMs = clock.nowMs();
    const { outcome, answer, remainingBody } = await this.#tryEach(row, signal);
    return {
      startedAtMs,
      durationMs: clock.nowMs() - startedAtMs,
      outcome,
      ...(answer !== undefined && { status: answer.status, excerpt: answer.excerpt }),
      ...(remainingBody !== row.body && { remainingBody }),
    };
  }

  async close(): Promise<void> {
    await this.#sender?.close();
    this.#sender = undefined;
  }

  /** The requests of a row, one after the other, up to the first that fails. */
  async #tryEach(row: OutboxRow, signal: AbortSignal): Promise<Tried & { remainingBody: string }> {
    let left = row;
    for (;;) {
      const tried = await this.#tryTwiceWithCredential(left, signal);
      const rest = isDelivered(tried.outcome) ? this.#adapter.rest?.(left.body) : undefined;
      if (rest === undefined) return { ...tried, remainingBody: left.body };
      left = { ...left, body: rest };
      await this.#pace.turn(signal);
    }
  }

  /** A refused credential is renewed once, and the attempt repeated only when that gave another one. */
  async #tryTwiceWithCredential(row: OutboxRow, signal: AbortSignal): Promise<Tried> {
    try {
      const first = await this.#try(row, signal);
      if (first.outcome.kind !== 'credential' || this.#auth === undefined) return first;
      if (!(await this.#auth.refresh())) return first;
      await this.#pace.turn(signal);
      return await this.#try(row, signal);
    } catch (error) {
      return { outcome: outcomeOfFault(describeFault(error)) };
    }
  }

  async #try(row: OutboxRow, signal: AbortSignal): Promise<Tried> {
    const request = this.#adapter.request(row, this.#settings.clock.nowMs());
    const answer = await this.#send(request, signal);
    const outcome = this.#adapter.outcome(answer, row);
    const confirmation = isDelivered(outcome) ? this.#adapter.confirmation?.(answer) : undefined;
    if (confirmation === undefined) return { outcome, answer };
    const { clock } = this.#settings;
    const ask = async (question: OutgoingRequest) => {
      await this.#pace.turn(signal);
      return this.#send(question, signal);
    };
    return { outcome: await awaitConfirmation(confirmation, { clock, signal, ask }), answer };
  }

  async #send({ headers, body, ...rest }: OutgoingRequest, signal: AbortSignal): Promise<IncomingAnswer> {
    if (this.#sender === undefined) throw new Error('the destination has not been started');
    const credential = (await this.#auth?.headers()) ?? {};
    const { answerBytes } = this.#adapter;
    return this.#sender.post({ ...credential, ...headers }, body, signal, {
      ...rest,
      ...(answerBytes !== undefined && { answerBytes }),
    });
  }
}

/** The fault in the words of its cause: "fetch failed" alone helps nobody. No URL and no header is in it. */
function describeFault(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && parts.length < 3) {
    const { message } = current;
    const { code } = current as NodeJS.ErrnoException;
    // Connecting to a name with several addresses fails with an error that has a code and no message.
    if (typeof code !== 'string' || message.includes(code)) parts.push(message);
    else parts.push(message === '' ? code : `${message} (${code})`);
    current = current.cause;
  }
  return parts.length > 0 ? parts.join(': ') : String(error);
}
