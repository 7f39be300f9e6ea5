// The delivery engine of one destination: takes due rows from the outbox, attempts them, and writes down what came of
// it. Of one incident the rows go strictly in order; of different ones the most severe goes first, then the oldest.
import type { Settings } from '../../collector/component.ts';
import type { Timer } from '../../collector/clock.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { readDueRows, readNextDueAtMs } from '../outbox/due-rows.ts';
import {
  settleStatements,
  type AttemptRecord,
  type OutboxRow,
  type Settlement,
} from '../outbox/outbox-store.ts';
import { logAttempt } from './attempt-log.ts';
import { backoffMs, type BackoffSchedule } from '../../collector/backoff.ts';
import { afterFailure, CLOSED, isFailure, isTaking, type Breaker } from './breaker.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import type { Outcome } from './outcome.ts';
import { pause } from '../../collector/pause.ts';
import { ProbeTurns } from './probe-turns.ts';
import type { RequestPace } from './request-pace.ts';
import { settlementOf } from './settlement.ts';

/** Where attempts go to. */
export interface DeliveryTarget {
  /** One try. Never rejects: what went wrong is the outcome. `signal` aborts when the process will not wait longer. */
  attempt(row: OutboxRow, signal: AbortSignal): Promise<AttemptRecord>;
  shrink(body: string): string | undefined;
  /** At which requests go out; absent: as fast as answers come. */
  readonly pace?: RequestPace;
}

export interface DelivererOptions {
  readonly schedule: BackoffSchedule;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** How many rows may wait before some are given up; only told of here. */
  readonly maxRows: number;
}

/** Rows may be made due by another process, such as `outbox redrive`; and what waits is counted anew. */
const LOOK_AGAIN_MS = 5_000;
/** When the outcome of an attempt can't be written down: the row is held, and not sent again, until it can. */
const SETTLE_RETRY_MS = 1_000;

export class Deliverer {
  readonly #settings: Settings;
  readonly #database: Database;
  readonly #target: DeliveryTarget;
  readonly #options: DelivererOptions;
  readonly #watch: DeliveryWatch;
  readonly #inFlight = new Map<number, Promise<void>>();
  readonly #abort = new AbortController();
  readonly #lookAgain: Timer;
  readonly #probeTurns: ProbeTurns;
  #breaker: Breaker = CLOSED;
  #timer: Timer | undefined;
  #pumping: Promise<void> | undefined;
  #isWoken = false;
  #isStopped = false;

  constructor(settings: Settings, database: Database, target: DeliveryTarget, options: DelivererOptions) {
    this.#settings = settings;
    this.#database = database;
    this.#target = target;
    this.#options = options;
    this.#probeTurns = new ProbeTurns(database, settings.id);
    this.#watch = new DeliveryWatch(settings, database, options.maxRows);
    this.#lookAgain = settings.clock.every(LOOK_AGAIN_MS, () => {
      this.#watch.want();
      this.wake();
    });
  }

  /** Whether the destination takes what is sent to it: the breaker is closed. */
  get isTaking(): boolean {
    return isTaking(this.#breaker);
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
    this.#watch.stop();
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
    const nowMs = this.#settings.clock.nowMs();
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
    return this.#target.pace === undefined ? this.#dueRows(limit) : this.#pacedRow(this.#target.pace);
  }

  /** One row, chosen when its turn has come: what is urgent does not wait behind what would have been chosen before it. */
  async #pacedRow(pace: RequestPace): Promise<readonly OutboxRow[]> {
    if ((await this.#dueRows(1)).length === 0) return [];
    await this.#watch.refresh();
    await pace.untilFree(this.#abort.signal);
    // There may be more, for the turns after this one.
    this.#isWoken = true;
    return this.isTaking ? this.#dueRows(1) : [];
  }

  #dueRows(limit: number): Promise<readonly OutboxRow[]> {
    const { id, clock } = this.#settings;
    const exceptRowIds = [...this.#inFlight.keys()];
    return readDueRows(this.#database, id, { nowMs: clock.nowMs(), exceptRowIds, limit });
  }

  /** Sleeps until something becomes due. An attempt that ends wakes us anyway, so nothing is read while one is under way. */
  async #rest(): Promise<void> {
    const { clock } = this.#settings;
    await this.#watch.refresh();
    if (this.#inFlight.size > 0) return;
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
    this.#watch.attempted(attempt.outcome, settlement, nowMs - row.createdAtMs);
    this.#turnBreaker(attempt.outcome, nowMs);
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

  #turnBreaker(outcome: Outcome, nowMs: number): void {
    const before = this.#breaker;
    this.#breaker = isFailure(outcome)
      ? afterFailure(before, outcome, nowMs, this.#pauseMs(outcome, before.failureCount + 1))
      : CLOSED;
    this.#watch.turned(this.#breaker, outcome.reason);
  }

  #pauseMs(outcome: Outcome, failureCount: number): number {
    const retryAfterMs = outcome.kind === 'retry' ? outcome.retryAfterMs : undefined;
    return backoffMs(this.#options.schedule, failureCount, this.#settings.clock.random(), retryAfterMs);
  }
}
