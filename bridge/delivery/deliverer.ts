// The delivery engine of one destination: takes due rows from the outbox, attempts them, and writes down what came of
// it. Of one incident the rows go strictly in order; of different ones the most severe goes first, then the oldest.
import type { Settings } from '../../collector/component.ts';
import type { Timer } from '../../collector/clock.ts';
import { observeQueue } from '../../collector/telemetry/names.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { readDueRows, readNextDueAtMs, readPendingCount } from '../outbox/due-rows.ts';
import {
  settleStatements,
  type AttemptRecord,
  type OutboxRow,
  type Settlement,
} from '../outbox/outbox-store.ts';
import { logAttempt } from './attempt-log.ts';
import { backoffMs, type BackoffSchedule } from './backoff.ts';
import { afterFailure, CLOSED, type Breaker } from './breaker.ts';
import { deliveryInstruments } from './delivery-instruments.ts';
import { pause } from './pause.ts';
import { ProbeTurns } from './probe-turns.ts';
import { settlementOf } from './settlement.ts';

/** Where attempts go to. */
export interface DeliveryTarget {
  /** One try. Never rejects: what went wrong is the outcome. `signal` aborts when the process will not wait longer. */
  attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord>;
  shrink(body: string): string | undefined;
}

export interface DelivererOptions {
  readonly schedule: BackoffSchedule;
  /** Attempts under way at once. */
  readonly concurrency: number;
}

/** Rows may be made due by another process, such as `outbox redrive`. */
const LOOK_AGAIN_MS = 5_000;
/** When the outcome of an attempt can't be written down: the row is held, and not sent again, until it can. */
const SETTLE_RETRY_MS = 1_000;

export class Deliverer {
  readonly #settings: Settings;
  readonly #database: Database;
  readonly #target: DeliveryTarget;
  readonly #options: DelivererOptions;
  readonly #instruments;
  readonly #inFlight = new Map<number, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #stopObserving: () => void;
  readonly #lookAgain: Timer;
  readonly #probeTurns: ProbeTurns;
  #breaker: Breaker = CLOSED;
  #timer: Timer | undefined;
  #pendingCount = 0;
  #isCountWanted = true;
  #pumping: Promise<void> | undefined;
  #isWoken = false;
  #isStopped = false;

  constructor(settings: Settings, database: Database, target: DeliveryTarget, options: DelivererOptions) {
    this.#settings = settings;
    this.#database = database;
    this.#target = target;
    this.#options = options;
    this.#probeTurns = new ProbeTurns(database, settings.id);
    this.#instruments = deliveryInstruments(settings.meter, settings.id);
    this.#stopObserving = observeQueue(settings.meter, settings.id, 'logs', {
      size: () => this.#pendingCount,
      capacity: () => undefined,
    });
    this.#lookAgain = settings.clock.every(LOOK_AGAIN_MS, () => {
      this.#isCountWanted = true;
      this.wake();
    });
  }

  /** There may be something due. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isStopped || this.#pumping !== undefined) return;
    this.#pumping = this.#pump()
      .catch((error: unknown) => this.#settings.logger.error({ err: error }, 'the outbox could not be read'))
      .finally(() => {
        this.#pumping = undefined;
        if (this.#isWoken) this.wake();
      });
  }

  /** Resolves when nothing is under way and nothing is due. */
  async flush(): Promise<void> {
    this.wake();
    while (this.#pumping !== undefined || this.#inFlight.size > 0) {
      await Promise.all([this.#pumping, ...this.#inFlight.values()]);
    }
  }

  /** Tries once what is due, until `deadline`; what is then left stays in the outbox. */
  async stop(deadline: AbortSignal): Promise<void> {
    this.#lookAgain.cancel();
    const abort = () => {
      this.#isStopped = true;
      this.#abort.abort();
    };
    if (deadline.aborted) abort();
    else deadline.addEventListener('abort', abort, { once: true });
    await this.flush();
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#stopObserving();
    deadline.removeEventListener('abort', abort);
  }

  async #pump(): Promise<void> {
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      this.#timer?.cancel();
      for (const row of await this.#nextRows()) {
        if (this.#isStopped) return;
        const attempt = this.#deliver(row).finally(() => {
          this.#inFlight.delete(row.rowId);
          this.wake();
        });
        this.#inFlight.set(row.rowId, attempt);
      }
      await this.#rest();
    }
  }

  async #nextRows(): Promise<readonly OutboxRow[]> {
    const { id, clock } = this.#settings;
    const nowMs = clock.nowMs();
    if (this.#breaker.kind === 'open') {
      if (nowMs < this.#breaker.probeAtMs || this.#inFlight.size > 0) return [];
      const row = await this.#probeTurns.next();
      if (row === undefined || nowMs < row.nextAttemptAtMs) return [];
      this.#probeTurns.taken(row);
      return [row];
    }
    this.#probeTurns.reset();
    const limit = this.#options.concurrency - this.#inFlight.size;
    if (limit <= 0) return [];
    return readDueRows(this.#database, id, { nowMs, exceptRowIds: [...this.#inFlight.keys()], limit });
  }

  /** Sleeps until something becomes due. An attempt that ends wakes us anyway, so nothing is read while one is under way. */
  async #rest(): Promise<void> {
    const { id, clock } = this.#settings;
    const isIdle = this.#inFlight.size === 0;
    if (isIdle || this.#isCountWanted) {
      this.#isCountWanted = false;
      this.#pendingCount = await readPendingCount(this.#database, id);
    }
    if (!isIdle) return;
    const dueAtMs = await this.#nextDueAtMs();
    if (dueAtMs === undefined) return;
    this.#timer = clock.after(Math.max(0, dueAtMs - clock.nowMs()), () => this.wake());
  }

  async #nextDueAtMs(): Promise<number | undefined> {
    if (this.#breaker.kind === 'closed') return readNextDueAtMs(this.#database, this.#settings.id);
    const row = await this.#probeTurns.next();
    return row && Math.max(this.#breaker.probeAtMs, row.nextAttemptAtMs);
  }

  async #deliver(row: OutboxRow): Promise<void> {
    const { clock } = this.#settings;
    this.#settings.crashPoint('delivery.before-attempt');
    const attempt = await this.#target.attempt(row, this.#abort.signal);
    this.#settings.crashPoint('delivery.attempted');
    const nowMs = clock.nowMs();
    const { remainingBody: body = row.body } = attempt;
    const left = { ...row, body };
    const settlement = settlementOf(left, attempt.outcome, {
      schedule: this.#options.schedule,
      nowMs,
      random: clock.random(),
      shrink: (body) => this.#target.shrink(body),
    });
    logAttempt(this.#settings.logger, row, attempt, settlement);
    this.#instruments.attempted(attempt.outcome, settlement, nowMs - row.createdAtMs);
    this.#turnBreaker(attempt, nowMs);
    await this.#settle(left, attempt, settlement);
    this.#settings.crashPoint('delivery.settled');
  }

  /** The row is under way until its outcome is on disk: it must not go out again because the disk was full. */
  async #settle(row: OutboxRow, attempt: AttemptRecord, settlement: Settlement): Promise<void> {
    for (;;) {
      try {
        await this.#database.commit(settleStatements(row, attempt, settlement));
        return;
      } catch (error) {
        this.#settings.logger.error(
          { err: error, rowId: row.rowId },
          'the outcome of an attempt was not stored',
        );
        if (this.#abort.signal.aborted) return;
        await pause(this.#settings.clock, SETTLE_RETRY_MS, this.#abort.signal);
      }
    }
  }

  #turnBreaker({ outcome }: AttemptRecord, nowMs: number): void {
    const { clock, logger } = this.#settings;
    const before = this.#breaker;
    if (outcome.kind === 'retry' || outcome.kind === 'credential') {
      const retryAfterMs = outcome.kind === 'retry' ? outcome.retryAfterMs : undefined;
      const pauseMs = backoffMs(
        this.#options.schedule,
        before.failureCount + 1,
        clock.random(),
        retryAfterMs,
      );
      this.#breaker = afterFailure(before, nowMs + pauseMs);
    } else {
      this.#breaker = CLOSED;
    }
    if (this.#breaker.kind === before.kind) return;
    if (this.#breaker.kind === 'open') {
      logger.error(
        { reason: outcome.reason },
        'destination keeps failing; probing it with the oldest transition',
      );
      this.#settings.reportStatus({
        kind: 'unhealthy',
        reason: `deliveries keep failing: ${outcome.reason}`,
      });
    } else {
      logger.info('destination takes transitions again');
      this.#settings.reportStatus({ kind: 'ok' });
    }
  }
}
