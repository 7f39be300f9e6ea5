// A destination reached over HTTP: an adapter, attempts and a deliverer put together.
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { Destination } from '../outbox/destination.ts';
import { rowStatement } from '../outbox/outbox-store.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Severity, Transition } from '../transition/transition.ts';
import type { DestinationAdapter } from './adapter.ts';
import type { BackoffSchedule } from './backoff.ts';
import { Deliverer } from './deliverer.ts';
import { HttpAttempts, type HttpAttemptsOptions } from './http-attempts.ts';

export interface HttpDestinationOptions extends HttpAttemptsOptions {
  readonly minSeverity: Severity;
  readonly schedule: BackoffSchedule;
}

export class HttpDestination implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  /** What sends: alone, it can try the destination without an outbox. */
  readonly attempts: HttpAttempts;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #adapter: DestinationAdapter;
  readonly #options: HttpDestinationOptions;
  #deliverer: Deliverer | undefined;

  constructor(
    settings: Settings,
    outbox: Outbox,
    adapter: DestinationAdapter,
    options: HttpDestinationOptions,
  ) {
    this.destinationId = settings.id;
    this.minSeverity = options.minSeverity;
    this.attempts = new HttpAttempts(settings, adapter, options);
    this.#settings = settings;
    this.#outbox = outbox;
    this.#adapter = adapter;
    this.#options = options;
  }

  /** What is left from before a restart goes out at once. */
  start(host: Host): Promise<void> {
    const { concurrency, schedule } = this.#options;
    this.attempts.open(host);
    const target = {
      attempt: this.attempts.attempt.bind(this.attempts),
      shrink: this.#adapter.shrink.bind(this.#adapter),
    };
    this.#deliverer = new Deliverer(this.#settings, this.#outbox.incidents, target, {
      schedule,
      concurrency,
    });
    this.#deliverer.wake();
    this.#settings.reportStatus({ kind: 'ok' });
    return Promise.resolve();
  }

  render(transition: Transition): string {
    return this.#adapter.render(transition);
  }

  statementsFor(transition: Transition): readonly Statement[] {
    return [rowStatement(this.destinationId, transition, this.render(transition))];
  }

  committed(): void {
    this.#deliverer?.wake();
  }

  async flush(): Promise<void> {
    await this.#deliverer?.flush();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    await this.#deliverer?.stop(deadline);
    this.#deliverer = undefined;
    await this.attempts.close();
  }
}
