// The source `realtime`: one try after the other, for as long as the process runs, within the quota, with what there is
// to tell of it. What a try is and what its end means is decided elsewhere.
import type { Logger } from 'pino';
import type { Clock } from '../../../collector/clock.ts';
import { pause } from '../../../collector/pause.ts';
import type { SourceTelemetry } from '../instruments.ts';
import type { Cause } from '../platform/cause.ts';
import { type Ending, type Failure, FIRST_TRY, nextTry, type TryState } from './next-try.ts';
import type { Source } from '../source.ts';
import { RealtimeConnection, type RealtimeConnectionParts } from './realtime-connection.ts';

export interface RealtimeSourceParts extends Omit<RealtimeConnectionParts, 'answering'> {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: SourceTelemetry;
  readonly pollIntervalMs: number;
  /** Called when a gap is over, with when the last sign of life before it was. */
  readonly missed?: ((lastSignMs: number) => void) | undefined;
  /** Why it is not well; undefined when it is. */
  tellStatus(reason: string | undefined): void;
}

export class RealtimeSource implements Source {
  readonly #parts: RealtimeSourceParts;
  readonly #connection: RealtimeConnection;
  readonly #stopping = new AbortController();
  #state: TryState = FIRST_TRY;
  /** Why we are not heard, when that has been told. */
  #toldCause: Cause | undefined;
  #running: Promise<void> | undefined;
  #endObservation: (() => void) | undefined;

  constructor(parts: RealtimeSourceParts) {
    this.#parts = parts;
    this.#connection = new RealtimeConnection({ ...parts, answering: () => this.#answering() });
  }

  start(): void {
    const { telemetry, listening } = this.#parts;
    this.#endObservation = telemetry.observeConnected(() => listening.isListening);
    this.#running = this.#run();
  }

  /** Resolves when nothing of it is under way any more. Safe before `start` and twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endObservation?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, quota, pollIntervalMs } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const quotaWaitMs = quota.take(clock.nowMs());
      if (quotaWaitMs > 0) {
        await pause(clock, quotaWaitMs, signal);
        continue;
      }
      const ending = await this.#connection.run(signal);
      if (signal.aborted) return;
      const { retryMs } = this.#connection.resumption;
      const next = nextTry(this.#state, ending, { pollIntervalMs, retryMs, random: clock.random() });
      this.#state = next.state;
      if (hasServed(ending)) this.#toldCause = undefined;
      if (next.failure !== undefined) this.#failed(next.failure, next.waitMs, ending);
      if (next.waitMs > 0) await pause(clock, next.waitMs, signal);
    }
  }

  #answering(): void {
    const { clock, listening, logger, telemetry, tellStatus } = this.#parts;
    const wasListening = listening.isListening;
    const gapMs = listening.begin(clock.nowMs());
    if (gapMs > 0) {
      telemetry.missed(gapMs);
      this.#parts.missed?.(clock.nowMs() - gapMs);
      logger.warn({ source: 'realtime', gap_ms: gapMs }, 'the stream is heard again after a gap');
    } else if (!wasListening) {
      logger.info({ source: 'realtime' }, 'the stream is heard');
    }
    tellStatus(undefined);
  }

  /** The log hears of the first failure in a row, and of another cause; counters of each. */
  #failed({ cause, reason, isUnhealthy }: Failure, waitMs: number, ending: Ending): void {
    const { clock, quota, listening, logger, telemetry, tellStatus } = this.#parts;
    listening.fail();
    telemetry.reconnecting(cause);
    // The other sources share the token that is too busy.
    if (ending.kind === 'answered' && ending.status === 429) quota.block(waitMs, clock.nowMs());
    if (isUnhealthy) tellStatus(reason);
    if (waitMs === 0 || cause === this.#toldCause) return;
    this.#toldCause = cause;
    logger.warn({ source: 'realtime', cause, retry_after_ms: waitMs }, `not listening: ${reason}`);
  }
}

/** Whether a failure after this is a new one. A stream that only falls silent, again and again, is not told each time. */
function hasServed(ending: Ending): boolean {
  return ending.kind === 'polled' || ('isProven' in ending && ending.isProven && ending.kind !== 'silent');
}
