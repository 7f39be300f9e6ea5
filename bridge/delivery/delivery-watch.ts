// Watches over the deliveries to one destination: what came of attempts, what waits, and how the destination is, told as
// metrics and as health. Decides nothing of what is sent.
import type { ComponentStatus, Settings } from '../../collector/component.ts';
import { observeQueue } from '../../collector/telemetry/names.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { readBacklog, type Backlog } from '../outbox/backlog.ts';
import type { Settlement } from '../outbox/outbox-store.ts';
import { CLOSED, isTaking, type Breaker } from './breaker.ts';
import { healthOf, isSameStatus } from './delivery-health.ts';
import { deliveryInstruments } from './delivery-instruments.ts';
import { MissedShare } from './missed-share.ts';
import type { Outcome } from './outcome.ts';
import { QuantileWindow } from './quantile-window.ts';
import { DELIVERY_SLA_MS } from './sla.ts';

/** Of the quantiles: as long as an outage takes to be noticed, and 8 kB twice a destination. */
const WINDOW_MS = 900_000;
const WINDOW_CAPACITY = 1_000;

export class DeliveryWatch {
  readonly #settings: Settings;
  readonly #database: Database;
  readonly #maxRows: number;
  readonly #instruments;
  readonly #window = new QuantileWindow(WINDOW_MS, WINDOW_CAPACITY);
  readonly #missedShare = new MissedShare();
  readonly #endings: readonly (() => void)[];
  #breaker = CLOSED;
  #backlog: Backlog | undefined;
  #isBacklogWanted = true;
  #status: ComponentStatus = { kind: 'ok' };

  /** `maxRows` may wait before some are given up. */
  constructor(settings: Settings, database: Database, maxRows: number) {
    this.#settings = settings;
    this.#database = database;
    this.#maxRows = maxRows;
    this.#instruments = deliveryInstruments(settings.meter, settings.id);
    this.#endings = [this.#observe(), this.#observeQueue()];
  }

  attempted(outcome: Outcome, settlement: Settlement, sinceDecisionMs: number): void {
    const nowMs = this.#settings.clock.nowMs();
    this.#instruments.attempted(outcome, settlement, sinceDecisionMs);
    if (settlement.state === 'pending') return;
    this.#backlog &&= without(this.#backlog, settlement, nowMs - sinceDecisionMs);
    if (settlement.state === 'delivered') this.#window.add(sinceDecisionMs, nowMs);
    const isMissed = settlement.state === 'dead' || sinceDecisionMs > DELIVERY_SLA_MS;
    this.#missedShare.settled(isMissed, nowMs);
  }

  /**
   * A breaker that opens is told at once. That it has closed is told with the next look at what waits: one that opens again
   * meanwhile has not been closed to anybody.
   */
  turned(breaker: Breaker, reason: string): void {
    const wasTaking = isTaking(this.#breaker);
    this.#breaker = breaker;
    if (!isTaking(breaker)) this.#tell();
    if (isTaking(breaker) === wasTaking) return;
    const { logger } = this.#settings;
    if (breaker.kind === 'closed') logger.info('destination takes transitions again');
    else if (breaker.failure.kind === 'disabled')
      logger.error(
        { reason },
        'destination says that it is gone; everything is held, it is probed every hour',
      );
    else logger.error({ reason }, 'destination keeps failing; probing it with the oldest transition');
  }

  /** What waits is to be read anew. */
  want(): void {
    this.#isBacklogWanted = true;
  }

  /** Reads what waits when that is wanted: not with each attempt. */
  async refresh(): Promise<void> {
    if (!this.#isBacklogWanted) return;
    this.#isBacklogWanted = false;
    const wasTaking = isTaking(this.#breaker);
    const overdueBeforeMs = this.#settings.clock.nowMs() - DELIVERY_SLA_MS;
    this.#backlog = await readBacklog(this.#database, this.#settings.id, overdueBeforeMs);
    // While it was being read the first probe got through: what was overdue then may be gone in a moment.
    if (isTaking(this.#breaker) === wasTaking) this.#tell();
  }

  stop(): void {
    for (const end of this.#endings) end();
  }

  #tell(): void {
    const status = healthOf(this.#breaker, this.#backlog?.overdueCount ?? 0);
    if (isSameStatus(status, this.#status)) return;
    this.#status = status;
    this.#settings.reportStatus(status);
  }

  #observe(): () => void {
    const { clock } = this.#settings;
    const quantileS = (quantile: number) => {
      const ms = this.#window.quantile(quantile, clock.nowMs());
      return ms === undefined ? undefined : ms / 1_000;
    };
    return this.#instruments.observe({
      timeToDeliverP50: () => quantileS(0.5),
      timeToDeliverP99: () => quantileS(0.99),
      oldestUndelivered: () => {
        if (this.#backlog === undefined) return undefined;
        const nowMs = clock.nowMs();
        return Math.max(0, nowMs - (this.#backlog.oldestAtMs ?? nowMs)) / 1_000;
      },
      overdue: () => this.#backlog?.overdueCount,
      slaMissed: () => this.#missedShare.share(this.#backlog?.overdueCount ?? 0, clock.nowMs()),
      deadLettersWaiting: () => this.#backlog?.deadCount,
      breakerState: () => (isTaking(this.#breaker) ? 0 : 1),
    });
  }

  #observeQueue(): () => void {
    const { meter, id } = this.#settings;
    return observeQueue(meter, id, 'logs', {
      size: () => this.#backlog?.pendingCount,
      capacity: () => this.#maxRows,
    });
  }
}

/** What waits when a transition that was decided at `createdAtMs` has been settled: nearly exact until the next look. */
function without(backlog: Backlog, { state }: Settlement, createdAtMs: number): Backlog {
  const { pendingCount, overdueCount, overdueBeforeMs } = backlog;
  const deadCount = backlog.deadCount + (state === 'dead' ? 1 : 0);
  // What came after the look was not counted by it.
  if (createdAtMs > overdueBeforeMs + DELIVERY_SLA_MS) return { ...backlog, deadCount };
  return {
    ...backlog,
    pendingCount: Math.max(0, pendingCount - 1),
    overdueCount: createdAtMs < overdueBeforeMs ? Math.max(0, overdueCount - 1) : overdueCount,
    deadCount,
  };
}
