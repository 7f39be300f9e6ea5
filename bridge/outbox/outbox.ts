// The outbox: the hub of the logs signal. A transition, its rows for every destination and the state that it leaves
// behind are one commit, and only then is anyone told that the sample was accepted.
import {
  RefusedError,
  type Component,
  type Host,
  type Hub,
  type Settings,
} from '../../collector/component.ts';
import { requireStorage, type Database } from '../../collector/extension/storage.ts';
import type { SessionRecord, TransitionBatch, TransitionSink } from '../transition/batch.ts';
import { commitContent } from './commit-content.ts';
import type { Destination } from './destination.ts';
import { readFleetState } from './fleet-state.ts';
import { Holds } from './holds.ts';
import { Keeping } from './keeping.ts';
import { OutboxHealth } from './outbox-health.ts';
import { outboxInstruments } from './outbox-instruments.ts';
import { CHECKPOINTS_MIGRATIONS, INCIDENTS_MIGRATIONS } from './schema.ts';
import { readSessionRecords, removeTombstones, sessionStatement } from './session-records.ts';
import { silencersOf } from './silencer.ts';
import { Sweeps } from './sweeps.ts';

export const INCIDENTS_DATABASE = 'incidents';
const CHECKPOINTS_DATABASE = 'checkpoints';

/** How often what is held back is looked through: what is let go must still make its SLA. */
const RELEASE_MS = 5_000;
const BOUNDS_MS = 60_000;
const RETENTION_MS = 3_600_000;
/** What a refused sender is told to wait. */
const STORE_RETRY_MS = 5_000;

export class Outbox implements Hub {
  readonly #settings: Settings;
  readonly #destinations = new Map<string, Destination>();
  readonly #health: OutboxHealth;
  readonly #instruments;
  #incidents: Database | undefined;
  #checkpoints: Database | undefined;
  #holds: Holds | undefined;
  #sweeps: Sweeps | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#health = new OutboxHealth(settings.reportStatus);
    this.#instruments = outboxInstruments(settings.meter);
  }

  sink(pipelineId: string, exporters: readonly Component[]): TransitionSink {
    const destinations = exporters as readonly Destination[];
    return {
      consume: (batch) => this.#commit(pipelineId, destinations, batch),
      checkpoint: (records) => this.#checkpoint(pipelineId, records),
      restore: () => this.#restore(pipelineId),
      restoreFleet: () => readFleetState(this.incidents, pipelineId),
    };
  }

  async start(host: Host): Promise<void> {
    const storage = requireStorage(host);
    const incidents = await storage.open(INCIDENTS_DATABASE, {
      migrations: INCIDENTS_MIGRATIONS,
      survives: 'machine',
    });
    const checkpoints = await storage.open(CHECKPOINTS_DATABASE, {
      migrations: CHECKPOINTS_MIGRATIONS,
      survives: 'process',
    });
    const parts = {
      incidents,
      silencers: silencersOf(host),
      destinations: this.#destinations,
      health: this.#health,
      instruments: this.#instruments,
    };
    const holds = new Holds(this.#settings, parts);
    await holds.open(this.#settings.clock.nowMs());
    this.#incidents = incidents;
    this.#checkpoints = checkpoints;
    this.#holds = holds;
    this.#sweeps = this.#startSweeps(holds, new Keeping(this.#settings, parts));
    this.#health.ok();
  }

  /** The database of incidents and rows, for destinations. Throws before `start`. */
  get incidents(): Database {
    return started(this.#incidents);
  }

  /** Called by a destination when it starts: others may have to find it by its id. */
  register(destination: Destination): void {
    this.#destinations.set(destination.destinationId, destination);
  }

  /** The started destination of that id. */
  destination(id: string): Destination | undefined {
    return this.#destinations.get(id);
  }

  /** Resolves when no sweep is under way. */
  async flush(): Promise<void> {
    await this.#sweeps?.flush();
  }

  async shutdown(): Promise<void> {
    await this.#sweeps?.stop();
  }

  /** Not now, but soon: by then all destinations have started, and have said what is kept for them. */
  #startSweeps(holds: Holds, keeping: Keeping): Sweeps {
    return new Sweeps(this.#settings, [
      { intervalMs: RELEASE_MS, run: (nowMs) => holds.releaseSilenced(holds.silencesAt(nowMs), nowMs) },
      { intervalMs: RELEASE_MS, run: (nowMs) => holds.releaseLate(nowMs) },
      { intervalMs: BOUNDS_MS, run: (nowMs) => keeping.keepBounds(nowMs) },
      { intervalMs: RETENTION_MS, run: (nowMs) => keeping.keepRetention(nowMs) },
      { intervalMs: RETENTION_MS, run: () => removeTombstones(this.#databases()) },
    ]);
  }

  async #commit(
    pipelineId: string,
    destinations: readonly Destination[],
    batch: TransitionBatch,
  ): Promise<void> {
    const holds = started(this.#holds);
    const nowMs = this.#settings.clock.nowMs();
    const silences = holds.silencesAt(nowMs);
    const content = commitContent(pipelineId, destinations, batch, {
      nowMs,
      silenceIdOf: (transition) => holds.silenceIdOf(transition, nowMs),
    });
    this.#settings.crashPoint('outbox.before-commit');
    const survivorCounts = await this.#stored(async () => {
      // What a silence has held back goes before what was decided after its end.
      await holds.releaseSilenced(silences, nowMs);
      const counts = await holds.readSurvivorCounts(content.storms);
      await this.incidents.commit(content.statements);
      return counts;
    });
    this.#settings.crashPoint('outbox.committed');
    holds.committed(content, survivorCounts, nowMs);
    for (const destination of destinations) {
      const wantedCount = content.wantedCounts.get(destination) ?? 0;
      // A storm's transition may have let something go where it is not wanted itself.
      if (wantedCount > 0 || content.storms.length > 0) destination.committed(wantedCount);
    }
  }

  async #checkpoint(pipelineId: string, records: readonly SessionRecord[]): Promise<void> {
    const checkpoints = started(this.#checkpoints);
    this.#settings.crashPoint('outbox.before-checkpoint');
    await this.#stored(() =>
      checkpoints.commit(records.map((record) => sessionStatement(pipelineId, record))),
    );
    this.#settings.crashPoint('outbox.checkpointed');
  }

  async #restore(pipelineId: string): Promise<readonly SessionRecord[]> {
    return readSessionRecords(this.#databases(), pipelineId);
  }

  #databases(): readonly Database[] {
    return [this.#incidents, this.#checkpoints].filter((database) => database !== undefined);
  }

  async #stored<T>(write: () => Promise<T>): Promise<T> {
    try {
      const result = await write();
      this.#health.over('store');
      return result;
    } catch (error) {
      const reason = `the outbox cannot be written: ${(error as Error).message}`;
      this.#health.trouble('store', reason);
      throw new RefusedError(reason, STORE_RETRY_MS, { cause: error });
    }
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the outbox has not been started');
  return part;
}
