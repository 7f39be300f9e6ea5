// The disk: databases in memory that outlive the process, with the semantics of file_storage. It can be full or slow, and
// the process can end right before or right after a commit takes effect.
import { GroupedDatabase } from '../../collector/extension/file_storage/grouped-database.ts';
import type { Component } from '../../collector/component.ts';
import type {
  Database,
  DatabaseOptions,
  Row,
  Statement,
  Storage,
} from '../../collector/extension/storage.ts';
import type { Seeded } from '../kill/seeded.ts';
import type { Interval } from './day-plan.ts';
import { never, type Life } from './life.ts';
import type { VirtualDay } from './virtual-day.ts';

/** Share of commits that the disk takes its time for, and the longest such time. */
const SLOW_SHARE = 0.01;
const LONGEST_WRITE_MS = 15_000;
const NOTICEABLE_MS = 2_000;

export class MemoryDisk {
  /** While it is, nothing can be written. */
  isFull = false;
  /** In the last hour it is as it should be. */
  isSteady = false;
  /** How often something has been written. */
  commitCount = 0;
  /** When it stopped for so long that others may have noticed. */
  readonly pauses: Interval[] = [];
  readonly #databases = new Map<string, GroupedDatabase>();
  readonly #day: VirtualDay;
  readonly #random: Seeded;
  readonly #waiting: (() => void)[] = [];
  #busyUntilMs = 0;

  constructor(day: VirtualDay, random: Seeded) {
    this.#day = day;
    this.#random = random;
  }

  /** The storage extension of one life. */
  storageFor(life: Life): Component & Storage {
    return {
      start: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
      open: (name, options) => Promise.resolve(this.#open(life, name, options)),
    };
  }

  /** What stands in a database, for those who look at it from outside. Empty when there is no such database yet. */
  look(name: string, sql: string): readonly Row[] {
    return this.#databases.get(name)?.read(sql, []) ?? [];
  }

  close(): void {
    for (const database of this.#databases.values()) database.close();
  }

  #open(life: Life, name: string, { migrations }: DatabaseOptions): Database {
    let database = this.#databases.get(name);
    if (database === undefined) {
      database = new GroupedDatabase(':memory:', migrations, 'NORMAL');
      this.#databases.set(name, database);
    }
    return new MortalDatabase(life, database, this);
  }

  /** Calls `work` when all that came before has been done. */
  queue(work: () => void): void {
    if (this.#waiting.length === 0 && this.#day.nowMs() >= this.#busyUntilMs) return work();
    this.#waiting.push(work);
    if (this.#waiting.length === 1) this.#day.at(this.#busyUntilMs, () => this.#workOff());
  }

  /** Before a commit: now and then the disk stops for a while. */
  hesitate(): void {
    if (this.isSteady || !this.#random.chance(SLOW_SHARE)) return;
    const pauseMs = Math.round(LONGEST_WRITE_MS * this.#random.fraction() ** 4);
    const nowMs = this.#day.nowMs();
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs + pauseMs);
    if (pauseMs >= NOTICEABLE_MS) this.pauses.push({ fromMs: nowMs, toMs: this.#busyUntilMs });
  }

  #workOff(): void {
    for (const work of this.#waiting.splice(0)) work();
  }
}

class MortalDatabase implements Database {
  readonly #life: Life;
  readonly #database: GroupedDatabase;
  readonly #disk: MemoryDisk;

  constructor(life: Life, database: GroupedDatabase, disk: MemoryDisk) {
    this.#life = life;
    this.#database = database;
    this.#disk = disk;
  }

  commit(statements: readonly Statement[]): Promise<void> {
    if (this.#life.isDead) return never();
    this.#disk.hesitate();
    return new Promise((resolve, reject) => {
      this.#disk.queue(() => {
        this.#life.pass('disk.before-commit');
        if (this.#life.isDead) return;
        if (this.#disk.isFull) return reject(new Error('database or disk is full'));
        this.#database.enqueue(statements, (error) => {
          this.#life.pass('disk.committed');
          if (this.#life.isDead) return;
          if (error === undefined) resolve();
          else reject(error);
        });
        this.#database.commitWaiting();
        this.#disk.commitCount += 1;
      });
    });
  }

  read({ sql, values }: Statement): Promise<readonly Row[]> {
    if (this.#life.isDead) return never();
    return new Promise((resolve, reject) => {
      this.#disk.queue(() => {
        if (this.#life.isDead) return;
        try {
          resolve(this.#database.read(sql, values));
        } catch (cause) {
          reject(new Error('could not be read', { cause }));
        }
      });
    });
  }
}
