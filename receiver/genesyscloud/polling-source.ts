// A source that asks, again and again, for as long as the process runs: the pace, and what there is to tell of it. What is
// asked and what becomes of the answers is handed in.
import type { Logger } from 'pino';
import type { Clock } from '../../collector/clock.ts';
import { pause } from '../../collector/pause.ts';
import type { SourceTelemetry } from './instruments.ts';
import type { Listening } from './listening.ts';
import type { Cause } from './platform/cause.ts';
import type { PlatformFault } from './platform/platform-client.ts';
import { planAfter, type PollRules } from './platform/poll-plan.ts';
import type { Source } from './source.ts';

export type Polled =
  /** The platform answered; it is asked again after the wait. */
  | { readonly kind: 'served'; readonly waitMs: number }
  /** There was nothing to ask. */
  | { readonly kind: 'idle'; readonly waitMs: number }
  | PlatformFault;

export interface PollingSourceParts {
  /** As the configuration calls it. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: SourceTelemetry;
  readonly rules: PollRules;
  /** For what is live: what was not heard is missed. Absent where the past can be asked for later. */
  readonly listening?: Listening;
  /** One round. Ends soon when `signal` aborts. */
  poll(signal: AbortSignal): Promise<Polled>;
  /** Why it is not well; undefined when it is. */
  tellStatus(reason: string | undefined): void;
}

export class PollingSource implements Source {
  readonly #parts: PollingSourceParts;
  readonly #stopping = new AbortController();
  #isServed = false;
  #isUnhealthy = false;
  #failureCount = 0;
  /** Why we are not served, when that has been told. */
  #toldCause: Cause | undefined;
  #running: Promise<void> | undefined;
  #endObservation: (() => void) | undefined;

  constructor(parts: PollingSourceParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#endObservation = this.#parts.telemetry.observeConnected(() => this.#isServed);
    this.#running = this.#run();
  }

  /** Resolves when nothing of it is under way any more. Safe before `start` and twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endObservation?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const polled = await this.#poll(signal);
      if (signal.aborted) return;
      if (polled.kind === 'served') this.#served();
      const waitMs = polled.kind === 'failed' ? this.#failed(polled) : polled.waitMs;
      if (waitMs > 0) await pause(clock, waitMs, signal);
    }
  }

  /** A fault of our own costs a round, and not the process. */
  async #poll(signal: AbortSignal): Promise<Polled> {
    const { name, logger, poll } = this.#parts;
    try {
      return await poll(signal);
    } catch (error) {
      logger.error({ err: error, source: name }, 'a round failed');
      return { kind: 'failed', cause: 'unreadable', reason: 'a fault of our own; see the log' };
    }
  }

  #served(): void {
    const { name, clock, logger, telemetry, listening, tellStatus } = this.#parts;
    const gapMs = listening?.begin(clock.nowMs()) ?? 0;
    if (gapMs > 0) telemetry.missed(gapMs);
    if (!this.#isServed) logger.info({ source: name }, 'the platform answers');
    this.#isServed = true;
    this.#failureCount = 0;
    this.#toldCause = undefined;
    if (this.#isUnhealthy) tellStatus(undefined);
    this.#isUnhealthy = false;
  }

  /** The log hears of the first failure in a row, and of another cause; counters of each. How long to wait. */
  #failed(fault: PlatformFault): number {
    const { name, clock, logger, telemetry, rules, listening, tellStatus } = this.#parts;
    this.#isServed = false;
    this.#failureCount += 1;
    listening?.fail();
    telemetry.reconnecting(fault.cause);
    const { waitMs, reason, isUnhealthy } = planAfter(fault, this.#failureCount, rules, clock.random());
    this.#isUnhealthy ||= isUnhealthy;
    if (isUnhealthy) tellStatus(reason);
    if (fault.cause !== this.#toldCause) {
      this.#toldCause = fault.cause;
      const { cause } = fault;
      logger.warn({ source: name, cause, retry_after_ms: waitMs }, `not served: ${reason}`);
    }
    return waitMs;
  }
}
