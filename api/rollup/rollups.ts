// The rollups: what samples and session events came to, by interval and group, for as long as the retention. They are
// counted in memory as they come and stored every minute; what is asked of them is answered from both, at one instant.
import type { Settings } from '../../collector/component.ts';
import { messageOf } from '../../collector/errors.ts';
import type { Timer } from '../../collector/clock.ts';
import type { Database, Storage } from '../../collector/extension/storage.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { Checkpoints } from './checkpoints.ts';
import { type DimensionKey, GroupFields } from './group-fields.ts';
import { Recorder } from './recorder.ts';
import type { BandedMetric } from './rolled-metrics.ts';
import { type RollupInstruments, rollupInstruments } from './rollup-instruments.ts';
import { type HeadRange, readBlocks, readHeads } from './rollup-store.ts';
import { ROLLUPS_MIGRATIONS } from './schema.ts';
import { type ColumnChoice, type StoredBlock, storedBlockOf } from './stored-block.ts';

const DATABASE = 'rollups';

/** Blocks that are read at once: the event loop and the storage's thread are each held up for some milliseconds. */
const BLOCKS_AT_ONCE = 32;
const BLOCKS_WITH_SKETCHES_AT_ONCE = 8;

export interface RollupOptions {
  readonly intervalMs: number;
  readonly retentionMs: number;
  readonly dimensions: readonly DimensionKey[];
  readonly bandedMetrics: readonly BandedMetric[];
  readonly maxGroups: number;
  readonly maxBytes: number;
  readonly checkpointMs: number;
}

export interface TimeRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

export class RollupsUnavailableError extends Error {
  override readonly name = 'RollupsUnavailableError';
}

export class Rollups {
  readonly intervalMs: number;
  readonly fields: GroupFields;
  readonly #settings: Pick<Settings, 'clock' | 'logger' | 'meter'>;
  readonly #options: RollupOptions;
  /** Told the trouble with the disk in a sentence, and undefined when it is over. */
  readonly #onTrouble: (reason: string | undefined) => void;
  readonly #recorder: Recorder;
  readonly #instruments: RollupInstruments;
  #database: Database | undefined;
  #checkpoints: Checkpoints | undefined;
  #timer: Timer | undefined;
  #isFailing = false;
  #hasLoggedFault = false;
  #isStopped = false;

  constructor(
    settings: Pick<Settings, 'clock' | 'logger' | 'meter'>,
    options: RollupOptions,
    onTrouble: (reason: string | undefined) => void = () => {},
  ) {
    this.intervalMs = options.intervalMs;
    this.fields = new GroupFields(options.dimensions, options.bandedMetrics);
    this.#settings = settings;
    this.#options = options;
    this.#onTrouble = onTrouble;
    this.#recorder = new Recorder(this.fields, options, () => this.#instruments.removed(1, 'not_stored'));
    this.#instruments = rollupInstruments(settings.meter, {
      groupCount: () => this.#recorder.groupCount,
      storedBytes: () => this.#checkpoints?.storedBytes ?? 0,
    });
  }

  async start(storage: Storage): Promise<void> {
    const database = await storage.open(DATABASE, { migrations: ROLLUPS_MIGRATIONS, survives: 'process' });
    this.#checkpoints = await Checkpoints.open({
      database,
      recorder: this.#recorder,
      fields: this.fields,
      intervalMs: this.intervalMs,
      maxBytes: this.#options.maxBytes,
      removed: (count) => this.#instruments.removed(count, 'max_bytes'),
    });
    this.#database = database;
    this.#timer = this.#settings.clock.every(this.#options.checkpointMs, () => void this.#checkpoint());
  }

  /**
   * Counts records that have just come. Each must be handed in once, whatever pipelines brought it. Never throws; what
   * it can't count is counted as left out.
   */
  record(records: readonly (QualitySample | SessionEvent)[], nowMs: number): void {
    if (this.#isStopped) return;
    for (const record of records) {
      try {
        this.#recorder.record(record, nowMs);
      } catch (error) {
        this.#instruments.leftOut(1, 'fault');
        if (!this.#hasLoggedFault)
          this.#settings.logger.error({ err: error }, 'a record could not be rolled up');
        this.#hasLoggedFault = true;
      }
    }
    this.#instruments.counted(this.#recorder.takeCounts());
  }

  /** What of the time before `nowMs` is kept, in whole intervals; the present one belongs to it. */
  kept(nowMs: number): TimeRange {
    return {
      fromMs: this.#recorder.keptFromMs(nowMs),
      toMs: this.#recorder.startOf(nowMs) + this.intervalMs,
    };
  }

  /**
   * What was counted in a range of time, ascending by time, each record once: as of the call of `next` that comes first. Later
   * records are not in it. Throws a RollupsUnavailableError when the disk can't be read.
   */
  async *read(range: TimeRange, choice: ColumnChoice, signal: AbortSignal): AsyncGenerator<StoredBlock> {
    const [database, checkpoints] = [this.#database, this.#checkpoints];
    if (database === undefined || checkpoints === undefined || this.#isStopped)
      throw new RollupsUnavailableError('the rollups are not being served');
    const inMemory = this.#inMemory(range, choice);
    // Blocks that are made from now on hold later records, and those in memory are stored in part, or not at all.
    const { lastBlockId } = checkpoints;
    try {
      const heads = await readHeads(database, { ...range, lastBlockId } satisfies HeadRange);
      const blockIds = heads.flatMap(({ blockId }) => (inMemory.ids.has(blockId) ? [] : [blockId]));
      const atOnce = choice.sketches.length > 0 ? BLOCKS_WITH_SKETCHES_AT_ONCE : BLOCKS_AT_ONCE;
      const readFrom = (first: number) => readBlocks(database, blockIds.slice(first, first + atOnce), choice);
      let next = readFrom(0);
      for (let first = 0; first < blockIds.length; first += atOnce) {
        const blocks = await next;
        signal.throwIfAborted();
        // The disk reads on while this piece is being looked at.
        next = readFrom(first + atOnce);
        next.catch(() => {});
        for (const block of blocks) {
          yield* inMemory.until(block.startMs);
          yield block;
        }
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw new RollupsUnavailableError('the rollups cannot be read', { cause: error });
    }
    yield* inMemory.until(Infinity);
  }

  /** Stores what is in memory; resolves when it is stored or could not be. */
  async flush(): Promise<void> {
    await this.#checkpoint();
  }

  /** Stores what is in memory and takes nothing more. Safe twice and before `start`. */
  async shutdown(): Promise<void> {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#checkpoint();
    this.#instruments.end();
  }

  #inMemory(range: TimeRange, choice: ColumnChoice) {
    const ids = new Set<number>();
    const blocks: StoredBlock[] = [];
    for (const interval of this.#recorder.intervals) {
      if (interval.startMs < range.fromMs || interval.startMs >= range.toMs) continue;
      for (const block of interval.blocks) {
        if (block.id !== undefined) ids.add(block.id);
        blocks.push(storedBlockOf(block, this.fields.names, choice));
      }
    }
    let given = 0;
    return {
      ids: ids as ReadonlySet<number>,
      /** Those not given yet that begin no later than `startMs`. */
      *until(startMs: number): Generator<StoredBlock> {
        while (given < blocks.length && blocks[given]!.startMs <= startMs) yield blocks[given++]!;
      },
    };
  }

  async #checkpoint(): Promise<void> {
    try {
      await this.#checkpoints?.save(this.#settings.clock.nowMs());
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#settings.logger.info('rollups are stored again');
    this.#onTrouble(undefined);
  }

  #failed(error: unknown): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#settings.logger.warn({ err: error }, 'rollups cannot be stored; they stay in memory for now');
    this.#onTrouble(`rollups cannot be stored: ${messageOf(error)}`);
  }
}
