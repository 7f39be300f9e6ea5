// A destination reached over HTTP: an adapter, a sender and a deliverer put together.
import type { Component, Host, Settings } from '../../collector/component.ts';
import {
  requireClientAuth,
  type AuthReference,
  type ClientAuthenticator,
} from '../../collector/extension/authenticator.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { EgressRules } from '../egress/address-rules.ts';
import type { Destination } from '../outbox/destination.ts';
import { rowStatement, type AttemptRecord, type OutboxRow } from '../outbox/outbox-store.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Severity, Transition } from '../transition/transition.ts';
import type { DestinationAdapter, IncomingAnswer } from './adapter.ts';
import type { BackoffSchedule } from './backoff.ts';
import { Deliverer, type DeliveryTarget } from './deliverer.ts';
import { HttpSender } from './http-sender.ts';
import { outcomeOfFault, type Outcome } from './outcome.ts';

export interface HttpDestinationOptions {
  readonly url: URL;
  readonly minSeverity: Severity;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly schedule: BackoffSchedule;
  readonly egress: EgressRules;
  readonly auth: AuthReference | undefined;
}

export class HttpDestination implements Component, Destination, DeliveryTarget {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #adapter: DestinationAdapter;
  readonly #options: HttpDestinationOptions;
  #auth: ClientAuthenticator | undefined;
  #sender: HttpSender | undefined;
  #deliverer: Deliverer | undefined;

  constructor(
    settings: Settings,
    outbox: Outbox,
    adapter: DestinationAdapter,
    options: HttpDestinationOptions,
  ) {
    this.destinationId = settings.id;
    this.minSeverity = options.minSeverity;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#adapter = adapter;
    this.#options = options;
  }

  /** What is left from before a restart goes out at once. */
  start(host: Host): Promise<void> {
    const { url, timeoutMs, egress, concurrency, schedule, auth } = this.#options;
    if (auth !== undefined) this.#auth = requireClientAuth(host, auth);
    const { clock } = this.#settings;
    this.#sender = new HttpSender({ url, timeoutMs, egress, maxConnections: concurrency, clock });
    this.#deliverer = new Deliverer(this.#settings, this.#outbox.incidents, this, { schedule, concurrency });
    this.#deliverer.wake();
    this.#settings.reportStatus({ kind: 'ok' });
    return Promise.resolve();
  }

  statementsFor(transition: Transition): readonly Statement[] {
    return [rowStatement(this.destinationId, transition, this.#adapter.render(transition))];
  }

  committed(): void {
    this.#deliverer?.wake();
  }

  shrink(body: string): string | undefined {
    return this.#adapter.shrink(body);
  }

  async attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord> {
    const { clock } = this.#settings;
    const startedAtMs = clock.nowMs();
    const { outcome, answer } = await this.#tryTwiceWithCredential(row, signal);
    return {
      startedAtMs,
      durationMs: clock.nowMs() - startedAtMs,
      outcome,
      ...(answer !== undefined && { status: answer.status, excerpt: answer.excerpt }),
    };
  }

  async flush(): Promise<void> {
    await this.#deliverer?.flush();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    await this.#deliverer?.stop(deadline);
    this.#deliverer = undefined;
    await this.#sender?.close();
    this.#sender = undefined;
  }

  /** A refused credential is renewed once, and the attempt repeated only when that gave another one. */
  async #tryTwiceWithCredential(
    row: OutboxRow,
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome; answer?: IncomingAnswer }> {
    try {
      const first = await this.#post(row, signal);
      if (first.outcome.kind !== 'credential' || this.#auth === undefined) return first;
      return (await this.#auth.refresh()) ? await this.#post(row, signal) : first;
    } catch (error) {
      return { outcome: outcomeOfFault(describeFault(error)) };
    }
  }

  async #post(row: OutboxRow, signal: AbortSignal): Promise<{ outcome: Outcome; answer: IncomingAnswer }> {
    if (this.#sender === undefined) throw new Error('the destination has not been started');
    const { headers, body } = this.#adapter.request(row, this.#settings.clock.nowMs());
    const credential = (await this.#auth?.headers()) ?? {};
    const answer = await this.#sender.post({ ...credential, ...headers }, body, signal);
    return { outcome: this.#adapter.outcome(answer), answer };
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
