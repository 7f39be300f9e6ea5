// What the outbox gives up and forgets: the shell around retention.ts and crowding.ts. Nothing is given up quietly.
import type { Settings } from '../../collector/component.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { giveUpStatement, readIncidentsToGiveUp, readRowCounts, removeDeadStatement } from './crowding.ts';
import type { Destination } from './destination.ts';
import type { OutboxHealth } from './outbox-health.ts';
import type { OutboxInstruments } from './outbox-instruments.ts';
import {
  expireStatement,
  readExpiredCounts,
  removeOldIncidents,
  removeSettled,
  type RetentionScope,
} from './retention.ts';
import { DEFAULT_SENDING_QUEUE } from './sending-queue.ts';
import { DEAD_NOTICES } from './storm-holds.ts';

export interface KeepingParts {
  readonly incidents: Database;
  /** Those that have started, by id. */
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly health: OutboxHealth;
  readonly instruments: OutboxInstruments;
}

/** More is given up than must be, by this share of the bound, so that it isn't a little each time. */
const ROOM_RATIO = 0.01;

export class Keeping {
  readonly #settings: Settings;
  readonly #parts: KeepingParts;

  constructor(settings: Settings, parts: KeepingParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Gives up what has waited for too long, and removes what was settled that long ago. */
  async keepRetention(nowMs: number): Promise<void> {
    const { incidents, destinations } = this.#parts;
    const known: string[] = [];
    for (const { destinationId, sendingQueue } of destinations.values()) {
      if (sendingQueue === undefined) continue;
      known.push(destinationId);
      await this.#expire({ destination: destinationId }, nowMs, sendingQueue.retentionMs);
    }
    await this.#expire({ except: known }, nowMs, DEFAULT_SENDING_QUEUE.retentionMs);
    await removeOldIncidents(incidents, nowMs - DEFAULT_SENDING_QUEUE.retentionMs);
  }

  /** Gives up and removes what is more than the bounds of the destinations allow. */
  async keepBounds(nowMs: number): Promise<void> {
    for (const { destinationId, sendingQueue } of this.#parts.destinations.values()) {
      if (sendingQueue !== undefined) await this.#bound(destinationId, sendingQueue.maxRows, nowMs);
    }
  }

  async #expire(scope: RetentionScope, nowMs: number, retentionMs: number): Promise<void> {
    const { incidents, instruments } = this.#parts;
    const beforeMs = nowMs - retentionMs;
    const counts = await readExpiredCounts(incidents, scope, beforeMs);
    if (counts.size > 0) {
      await incidents.commit([expireStatement(scope, beforeMs, nowMs), DEAD_NOTICES]);
      this.#wakeAll();
    }
    for (const [destination, count] of counts) {
      instruments.givenUp(count, destination, 'retention');
      this.#settings.logger.error(
        { destination, count },
        'transitions went to the dead letters: not delivered within the retention; see outbox ls',
      );
    }
    await removeSettled(incidents, scope, beforeMs);
  }

  async #bound(destination: string, maxRows: number, nowMs: number): Promise<void> {
    const counts = await readRowCounts(this.#parts.incidents, destination);
    const excessCount = counts.waiting - maxRows;
    const givenUpCount =
      excessCount > 0
        ? await this.#giveUp(destination, excessCount + Math.floor(maxRows * ROOM_RATIO), { maxRows, nowMs })
        : 0;
    this.#tellCrowding(destination, counts.waiting - givenUpCount, maxRows);
    const excessDeadCount = counts.dead + givenUpCount - maxRows;
    if (excessDeadCount > 0) await this.#removeDead(destination, excessDeadCount);
  }

  /** Resolves to how many rows that were. */
  async #giveUp(
    destination: string,
    excessCount: number,
    bound: { readonly maxRows: number; readonly nowMs: number },
  ): Promise<number> {
    const { incidents, instruments } = this.#parts;
    const { incidentIds, rowCount } = await readIncidentsToGiveUp(incidents, destination, excessCount);
    if (rowCount === 0) return 0;
    await incidents.commit([giveUpStatement(destination, incidentIds, bound), DEAD_NOTICES]);
    this.#wakeAll();
    instruments.givenUp(rowCount, destination, 'max_rows');
    this.#settings.logger.error(
      { destination, count: rowCount, incidentCount: incidentIds.length, maxRows: bound.maxRows },
      'transitions went to the dead letters: more rows wait than sending_queue::max_rows; see outbox ls',
    );
    return rowCount;
  }

  #tellCrowding(destination: string, waitingCount: number, maxRows: number): void {
    const { health } = this.#parts;
    const key = `crowding of ${destination}`;
    if (waitingCount <= maxRows) return health.over(key);
    health.trouble(key, `${waitingCount} rows of open incidents wait for ${destination}`);
    this.#settings.logger.error(
      { destination, waitingCount, maxRows },
      'more rows of open incidents wait than sending_queue::max_rows; they are kept',
    );
  }

  async #removeDead(destination: string, count: number): Promise<void> {
    await this.#parts.incidents.commit([removeDeadStatement(destination, count)]);
    this.#parts.instruments.deadLettersRemoved(count, destination);
    this.#settings.logger.error(
      { destination, count },
      'the oldest dead letters were removed: there are more than sending_queue::max_rows',
    );
  }

  /** What a notice has held back may go where the notice was given up. */
  #wakeAll(): void {
    for (const destination of this.#parts.destinations.values()) destination.committed(0);
  }
}
