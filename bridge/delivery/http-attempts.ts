// Attempts at one HTTP destination: the adapter's requests, sent with a credential at the destination's pace. Knows no
// outbox and no retries; one try at one row is all it does.
import type { Host, Settings } from '../../collector/component.ts';
import type { EgressRules } from '../../collector/egress/address-rules.ts';
import { readAuthorities } from '../../collector/egress/authorities.ts';
import { faultText } from '../../collector/egress/fault-text.ts';
import {
  CredentialRefusedError,
  requireClientAuth,
  type AuthReference,
  type ClientAuthenticator,
} from '../../collector/extension/authenticator.ts';
import type { AttemptRecord, OutboxRow } from '../outbox/outbox-store.ts';
import type { DestinationAdapter, IncomingAnswer, OutgoingRequest } from './adapter.ts';
import { awaitConfirmation } from './confirmation.ts';
import { HttpSender } from './http-sender.ts';
import { isDelivered, outcomeOfFault, type Outcome } from './outcome.ts';
import { firstLine, joinedLines } from './request-lines.ts';
import { RequestPace } from './request-pace.ts';
import type { Attempts } from './sending-destination.ts';

export interface HttpAttemptsOptions {
  readonly url: URL;
  readonly timeoutMs: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Undefined: as fast as it goes. */
  readonly requestsPerSecond: number | undefined;
  readonly egress: EgressRules;
  /** Empty: the usual authorities are trusted. */
  readonly caFile: string;
  readonly auth: AuthReference | undefined;
}

type Credential = Readonly<Record<string, string>>;

interface Tried {
  readonly outcome: Outcome;
  readonly answer?: IncomingAnswer;
}

export class HttpAttempts implements Attempts {
  readonly #settings: Settings;
  readonly #adapter: DestinationAdapter;
  readonly #options: HttpAttemptsOptions;
  #auth: ClientAuthenticator | undefined;
  #sender: HttpSender | undefined;
  readonly pace: RequestPace;

  constructor(settings: Settings, adapter: DestinationAdapter, options: HttpAttemptsOptions) {
    this.#settings = settings;
    this.#adapter = adapter;
    this.#options = options;
    this.pace = new RequestPace(settings.clock, options.requestsPerSecond);
  }

  /** Throws a sentence for the user when the authenticator or the authorities are not there. Connects to nobody yet. */
  async open(host: Host): Promise<void> {
    const { url, timeoutMs, egress, concurrency, auth, caFile } = this.#options;
    if (auth !== undefined) this.#auth = requireClientAuth(host, auth);
    const { clock } = this.#settings;
    const ca = caFile === '' ? undefined : await readAuthorities(caFile);
    this.#sender = new HttpSender({ url, timeoutMs, egress, maxConnections: concurrency, clock, ca });
  }

  /** One try. Never rejects: what went wrong is the outcome. `signal` aborts when the process will not wait longer. */
  async attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    const { clock } = this.#settings;
    // Waiting for the first turn is no part of the attempt: its duration is to tell how fast the destination is.
    await this.pace.turn(signal);
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
    const dead: (Tried & { remainingBody: string })[] = [];
    let left = row;
    for (;;) {
      const tried = await this.#tryTwiceWithCredential(left, signal);
      const isDead = tried.outcome.kind === 'dead' && this.#adapter.areRequestsIndependent === true;
      if (isDead) dead.push({ ...tried, remainingBody: firstLine(left.body) });
      const isDone = isDead || isDelivered(tried.outcome);
      const rest = isDone ? this.#adapter.rest?.(left.body) : undefined;
      if (rest === undefined) {
        const deadBodies = dead.map(({ remainingBody }) => remainingBody);
        if (isDone && dead[0] !== undefined) return { ...dead[0], remainingBody: joinedLines(deadBodies) };
        return { ...tried, remainingBody: joinedLines([left.body, ...deadBodies]) };
      }
      left = { ...left, body: rest };
      await this.pace.turn(signal);
    }
  }

  /** A refused credential is renewed once, and the attempt repeated only when that gave another one. */
  async #tryTwiceWithCredential(row: OutboxRow, signal: AbortSignal): Promise<Tried> {
    try {
      const credential = await this.#credential();
      const first = await this.#try(row, credential, signal);
      if (first.outcome.kind !== 'credential' || this.#auth === undefined) return first;
      if (!(await this.#auth.refresh(credential))) return first;
      await this.pace.turn(signal);
      return await this.#try(row, await this.#credential(), signal);
    } catch (error) {
      // The message alone: its cause says the same once more.
      if (error instanceof CredentialRefusedError)
        return { outcome: { kind: 'credential', reason: error.message } };
      return { outcome: outcomeOfFault(faultText(error)) };
    }
  }

  async #try(row: OutboxRow, credential: Credential, signal: AbortSignal): Promise<Tried> {
    const request = this.#adapter.request(row, this.#settings.clock.nowMs());
    const answer = await this.#send(request, credential, signal);
    const outcome = this.#adapter.outcome(answer, row);
    const confirmation = isDelivered(outcome) ? this.#adapter.confirmation?.(answer) : undefined;
    if (confirmation === undefined) return { outcome, answer };
    const { clock } = this.#settings;
    const ask = async (question: OutgoingRequest) => {
      await this.pace.turn(signal);
      return this.#send(question, await this.#credential(), signal);
    };
    return { outcome: await awaitConfirmation(confirmation, { clock, signal, ask }), answer };
  }

  async #credential(): Promise<Credential> {
    return (await this.#auth?.headers()) ?? {};
  }

  async #send(
    { headers, body, ...rest }: OutgoingRequest,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<IncomingAnswer> {
    if (this.#sender === undefined) throw new Error('the destination has not been started');
    const { answerBytes } = this.#adapter;
    return this.#sender.post({ ...credential, ...headers }, body, signal, {
      ...rest,
      ...(answerBytes !== undefined && { answerBytes }),
    });
  }
}
