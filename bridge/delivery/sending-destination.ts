// A destination that sends what it is told of: a rendering, attempts and a deliverer put together. Knows no protocol.
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import type { Escalator } from '../escalation/escalator.ts';
import { startOutboxEscalation } from '../escalation/outbox-escalation.ts';
import { sharedStatus } from '../escalation/shared-status.ts';
import type { EscalationStep } from '../escalation/steps.ts';
import type { Destination } from '../outbox/destination.ts';
import { rowStatement } from '../outbox/outbox-store.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { DEFAULT_SENDING_QUEUE, type SendingQueue } from '../outbox/sending-queue.ts';
import type { Severity, Transition } from '../transition/transition.ts';
import type { BackoffSchedule } from '../../collector/backoff.ts';
import { Deliverer, type DeliveryTarget } from './deliverer.ts';
import type { RequestPace } from './request-pace.ts';

/** From a transition to the body that is stored of it, and to a smaller one. */
export interface Rendering {
  /** Rendered once, when the transition is committed. No secret is in it: it is stored. */
  render(transition: Transition): string;
  /** Undefined when there is nothing left to leave out. */
  shrink(body: string): string | undefined;
}

/** What sends: alone, it can try the destination without an outbox. */
export interface Attempts {
  /** Throws a sentence for the user when something that it needs is not there. Connects to nobody yet. */
  open(host: Host): void | Promise<void>;
  readonly attempt: DeliveryTarget['attempt'];
  /** Absent: as fast as answers come. */
  readonly pace?: RequestPace;
  close(): Promise<void>;
}

export interface SendingOptions {
  readonly minSeverity: Severity;
  readonly schedule: BackoffSchedule;
  readonly sendingQueue?: SendingQueue;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Who else is told of what waits here too long. Absent: nobody. */
  readonly escalation?: readonly EscalationStep[];
}

export class SendingDestination implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  readonly sendingQueue: SendingQueue;
  readonly attempts: Attempts;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #rendering: Rendering;
  readonly #options: SendingOptions;
  #deliverer: Deliverer | undefined;
  #escalator: Escalator | undefined;

  constructor(
    settings: Settings,
    outbox: Outbox,
    parts: { readonly rendering: Rendering; readonly attempts: Attempts },
    options: SendingOptions,
  ) {
    this.destinationId = settings.id;
    this.minSeverity = options.minSeverity;
    this.sendingQueue = options.sendingQueue ?? DEFAULT_SENDING_QUEUE;
    this.attempts = parts.attempts;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#rendering = parts.rendering;
    this.#options = options;
  }

  /** What is left from before a restart goes out at once. */
  async start(host: Host): Promise<void> {
    const { concurrency, schedule, escalation = [] } = this.#options;
    const settingsOf = sharedStatus(this.#settings);
    await this.attempts.open(host);
    const { pace } = this.attempts;
    const target: DeliveryTarget = {
      attempt: this.attempts.attempt.bind(this.attempts),
      shrink: this.#rendering.shrink.bind(this.#rendering),
      ...(pace?.isLimited === true && { pace }),
    };
    this.#deliverer = new Deliverer(settingsOf('delivery'), this.#outbox.incidents, target, {
      schedule,
      concurrency,
      maxRows: this.sendingQueue.maxRows,
    });
    this.#deliverer.wake();
    this.#outbox.register(this);
    this.#settings.reportStatus({ kind: 'ok' });
    this.#escalator = await startOutboxEscalation(settingsOf('escalation'), this.#outbox, escalation);
  }

  get isTaking(): boolean {
    return this.#deliverer?.isTaking ?? false;
  }

  render(transition: Transition): string {
    return this.#rendering.render(transition);
  }

  statementsFor(transition: Transition, silenceId?: string): readonly Statement[] {
    return [rowStatement(this.destinationId, transition, this.render(transition), silenceId)];
  }

  committed(): void {
    this.#deliverer?.wake();
  }

  async flush(): Promise<void> {
    await this.#escalator?.flush();
    await this.#deliverer?.flush();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    await this.#escalator?.stop();
    this.#escalator = undefined;
    await this.#deliverer?.stop(deadline);
    this.#deliverer = undefined;
    await this.attempts.close();
  }
}
