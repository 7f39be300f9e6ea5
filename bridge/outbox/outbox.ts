// The outbox: the hub of the logs signal. A transition, its rows for every destination and the state that it leaves
// behind are one commit, and only then is anyone told that the sample was accepted.
import {
  RefusedError,
  type Component,
  type Host,
  type Hub,
  type Settings,
} from '../../collector/component.ts';
import type { Timer } from '../../collector/clock.ts';
import { requireStorage, type Database, type Statement } from '../../collector/extension/storage.ts';
import type { SessionRecord, TransitionBatch, TransitionSink } from '../transition/batch.ts';
import { wants, type Destination } from './destination.ts';
import { readExpiredCount, retentionStatements, transitionStatements } from './outbox-store.ts';
import { CHECKPOINTS_MIGRATIONS, INCIDENTS_MIGRATIONS } from './schema.ts';
import { readSessionRecords, removeTombstones, sessionStatement } from './session-records.ts';

export const INCIDENTS_DATABASE = 'incidents';
const CHECKPOINTS_DATABASE = 'checkpoints';

/** How long undelivered transitions are tried, and delivered ones are kept. */
const RETENTION_MS = 7 * 24 * 3_600_000;
const SWEEP_MS = 3_600_000;
/** What a refused sender is told to wait. */
const STORE_RETRY_MS = 5_000;

export class Outbox implements Hub {
  readonly #settings: Settings;
  #incidents: Database | undefined;
  #checkpoints: Database | undefined;
  #sweep: Timer | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  sink(pipelineId: string, exporters: readonly Component[]): TransitionSink {
    const destinations = exporters as readonly Destination[];
    return {
      consume: (batch) => this.#commit(pipelineId, destinations, batch),
      checkpoint: (records) => this.#checkpoint(pipelineId, records),
      restore: () => this.#restore(pipelineId),
    };
  }

  async start(host: Host): Promise<void> {
    const storage = requireStorage(host);
    this.#incidents = await storage.open(INCIDENTS_DATABASE, {
      migrations: INCIDENTS_MIGRATIONS,
      survives: 'machine',
    });
    this.#checkpoints = await storage.open(CHECKPOINTS_DATABASE, {
      migrations: CHECKPOINTS_MIGRATIONS,
      survives: 'process',
    });
    await this.#removeOld();
    this.#sweep = this.#settings.clock.every(SWEEP_MS, () => {
      this.#removeOld().catch((error: unknown) =>
        this.#settings.logger.error({ err: error }, 'old rows of the outbox could not be removed'),
      );
    });
    this.#settings.reportStatus({ kind: 'ok' });
  }

  /** The database of incidents and rows, for destinations. Throws before `start`. */
  get incidents(): Database {
    if (this.#incidents === undefined) throw new Error('the outbox has not been started');
    return this.#incidents;
  }

  shutdown(): Promise<void> {
    this.#sweep?.cancel();
    return Promise.resolve();
  }

  async #commit(
    pipelineId: string,
    destinations: readonly Destination[],
    { transitions, records }: TransitionBatch,
  ): Promise<void> {
    const statements: Statement[] = [];
    const wantedCounts = new Map<Destination, number>();
    for (const transition of transitions) {
      statements.push(...transitionStatements(transition));
      for (const destination of destinations) {
        if (!wants(destination, transition)) continue;
        statements.push(...destination.statementsFor(transition));
        wantedCounts.set(destination, (wantedCounts.get(destination) ?? 0) + 1);
      }
    }
    for (const record of records) statements.push(sessionStatement(pipelineId, record));
    this.#settings.crashPoint('outbox.before-commit');
    await this.#store(this.incidents, statements);
    this.#settings.crashPoint('outbox.committed');
    for (const [destination, count] of wantedCounts) destination.committed(count);
  }

  async #checkpoint(pipelineId: string, records: readonly SessionRecord[]): Promise<void> {
    if (this.#checkpoints === undefined) throw new Error('the outbox has not been started');
    this.#settings.crashPoint('outbox.before-checkpoint');
    await this.#store(
      this.#checkpoints,
      records.map((record) => sessionStatement(pipelineId, record)),
    );
    this.#settings.crashPoint('outbox.checkpointed');
  }

  async #restore(pipelineId: string): Promise<readonly SessionRecord[]> {
    return readSessionRecords(this.#databases(), pipelineId);
  }

  async #removeOld(): Promise<void> {
    const nowMs = this.#settings.clock.nowMs();
    const beforeMs = nowMs - RETENTION_MS;
    const expiredCount = await readExpiredCount(this.incidents, beforeMs);
    await this.incidents.commit(retentionStatements(beforeMs, nowMs));
    if (expiredCount > 0) {
      this.#settings.logger.error(
        { count: expiredCount },
        'transitions went to the dead letters: not delivered within 7 days; see outbox ls',
      );
    }
    await removeTombstones(this.#databases());
  }

  #databases(): readonly Database[] {
    return [this.#incidents, this.#checkpoints].filter((database) => database !== undefined);
  }

  async #store(database: Database, statements: readonly Statement[]): Promise<void> {
    try {
      await database.commit(statements);
      this.#settings.reportStatus({ kind: 'ok' });
    } catch (error) {
      const reason = `the outbox cannot be written: ${(error as Error).message}`;
      this.#settings.reportStatus({ kind: 'unhealthy', reason });
      throw new RefusedError(reason, STORE_RETRY_MS, { cause: error });
    }
  }
}
