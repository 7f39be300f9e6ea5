// Brings what was counted in memory to the disk, block by block, and removes from the disk what is no longer kept. One
// checkpoint is under way at a time. What can't be written stays in memory and is written by the next one.
import type { Database } from '../../collector/extension/storage.ts';
import type { Block } from './block.ts';
import type { GroupFields } from './group-fields.ts';
import type { OpenInterval } from './open-interval.ts';
import type { Recorder } from './recorder.ts';
import { ROLLED_METRICS } from './rolled-metrics.ts';
import {
  keptFromStatement,
  readSizes,
  readState,
  removeForeignStatement,
  removeStatement,
  writeBlock,
} from './rollup-store.ts';
import { storedBlockOf } from './stored-block.ts';

const ALL_METRICS = ROLLED_METRICS.map((_, metric) => metric);
const ALL_COLUMNS = { metrics: ALL_METRICS, sketches: ALL_METRICS };

export interface CheckpointParts {
  readonly database: Database;
  readonly recorder: Recorder;
  readonly fields: GroupFields;
  readonly intervalMs: number;
  readonly maxBytes: number;
  /** Intervals were removed because they and newer ones held more than `maxBytes`. */
  removed(intervalCount: number): void;
}

export class Checkpoints {
  readonly #parts: CheckpointParts;
  #lastBlockId: number;
  #storedBytes: number;
  #underWay: Promise<void> | undefined;

  private constructor(parts: CheckpointParts, state: { lastBlockId: number; storedBytes: number }) {
    this.#parts = parts;
    this.#lastBlockId = state.lastBlockId;
    this.#storedBytes = state.storedBytes;
  }

  /** Finds what an earlier process has left behind. */
  static async open(parts: CheckpointParts): Promise<Checkpoints> {
    await parts.database.commit([removeForeignStatement(parts.intervalMs)]);
    const state = await readState(parts.database);
    if (state.keptFromMs !== undefined) parts.recorder.raiseFloor(state.keptFromMs);
    return new Checkpoints(parts, state);
  }

  get lastBlockId(): number {
    return this.#lastBlockId;
  }

  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Resolves when all that was counted before the call is stored; rejects when it could not be. */
  async save(nowMs: number): Promise<void> {
    // What is under way may have passed by what was counted meanwhile.
    while (this.#underWay !== undefined) await this.#underWay.catch(() => {});
    this.#underWay = this.#save(nowMs).finally(() => (this.#underWay = undefined));
    await this.#underWay;
  }

  async #save(nowMs: number): Promise<void> {
    const { recorder } = this.#parts;
    const keptFromMs = recorder.keptFromMs(nowMs);
    for (const interval of recorder.intervals) {
      if (interval.startMs < keptFromMs) recorder.close(interval);
      else await this.#saveInterval(interval, nowMs);
    }
    await this.#parts.database.commit([removeStatement(keptFromMs)]);
    await this.#countBytes();
    await this.#keepSize(recorder.startOf(nowMs));
  }

  /** An interval that is over, stored, and at rest since the last time leaves the memory. */
  async #saveInterval(interval: OpenInterval, nowMs: number): Promise<void> {
    const isAtRest = !interval.wasTouched;
    interval.wasTouched = false;
    for (const block of interval.blocks) if (block.isDirty) await this.#saveBlock(block);
    const isOver = interval.startMs + this.#parts.intervalMs <= nowMs;
    if (isOver && isAtRest && !interval.wasTouched && interval.isStored) this.#parts.recorder.close(interval);
  }

  async #saveBlock(block: Block): Promise<void> {
    const { database, fields, intervalMs } = this.#parts;
    block.id ??= ++this.#lastBlockId;
    const content = storedBlockOf(block, fields.names, ALL_COLUMNS);
    block.isDirty = false;
    block.isBeingWritten = true;
    try {
      await database.commit(writeBlock(block.id, intervalMs, content));
    } catch (error) {
      block.isDirty = true;
      throw error;
    } finally {
      block.isBeingWritten = false;
    }
  }

  /** The oldest go first; the present interval stays whatever it holds. */
  async #keepSize(presentMs: number): Promise<void> {
    const { database, maxBytes, recorder } = this.#parts;
    if (this.#storedBytes <= maxBytes) return;
    const sizes = await readSizes(database);
    let excessBytes = this.#storedBytes - maxBytes;
    let removedCount = 0;
    for (const { startMs, bytes } of sizes) {
      if (excessBytes <= 0 || startMs >= presentMs) break;
      excessBytes -= bytes;
      removedCount += 1;
    }
    if (removedCount === 0) return;
    const keptFromMs = sizes[removedCount]?.startMs ?? presentMs;
    await database.commit([removeStatement(keptFromMs), keptFromStatement(keptFromMs)]);
    recorder.raiseFloor(keptFromMs);
    this.#parts.removed(removedCount);
    await this.#countBytes();
  }

  async #countBytes(): Promise<void> {
    this.#storedBytes = (await readState(this.#parts.database)).storedBytes;
  }
}
