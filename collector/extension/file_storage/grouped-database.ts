// One SQLite database and the commits that wait for it: all that wait go into one transaction, each in a savepoint of
// its own, so that a faulty one spoils no other. Runs in the storage thread.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Row, SqlValue, Statement } from '../storage.ts';

/** How long to wait for another process's lock, such as that of `outbox redrive`. */
const BUSY_TIMEOUT_MS = 5_000;
const BUSY_PAUSE_MS = 10;

/** SQLite's own code. */
const SQLITE_BUSY = 5;

interface WaitingCommit {
  readonly statements: readonly Statement[];
  settle(error: Error | undefined): void;
}

export class GroupedDatabase {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  #waiting: WaitingCommit[] = [];

  /** `pauseThread` holds this thread up while another process holds the lock. */
  constructor(
    path: string,
    migrations: readonly string[],
    synchronous: 'FULL' | 'NORMAL',
    pauseThread: (durationMs: number) => void = sleepThread,
  ) {
    this.#database = new DatabaseSync(path);
    try {
      this.#writeAhead(pauseThread);
      this.#database.exec(
        `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`,
      );
      this.#migrate(migrations);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Queues a commit; `settle` is called when it is durable or has failed. */
  enqueue(statements: readonly Statement[], settle: (error: Error | undefined) => void): void {
    this.#waiting.push({ statements, settle });
  }

  /** Commits all that waits. */
  commitWaiting(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    const failed = new Map<WaitingCommit, Error>();
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const commit of group) {
        const error = this.#runInSavepoint(commit.statements);
        if (error !== undefined) failed.set(commit, error);
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const commit of group) failed.set(commit, asError(error));
    }
    for (const commit of group) commit.settle(failed.get(commit));
  }

  read(sql: string, values: readonly SqlValue[]): readonly Row[] {
    return this.#statement(sql).all(...values) as unknown as readonly Row[];
  }

  close(): void {
    this.commitWaiting();
    this.#database.close();
  }

  /** Gives back what was wrong with the statements; throws when it has ended the transaction of the whole group. */
  #runInSavepoint(statements: readonly Statement[]): Error | undefined {
    this.#database.exec('SAVEPOINT one');
    try {
      for (const { sql, values } of statements) this.#statement(sql).run(...values);
      this.#database.exec('RELEASE one');
      return undefined;
    } catch (error) {
      // A full disk, for one, does that. Another savepoint would then be a transaction of its own, and be kept.
      if (!this.#database.isTransaction) throw error;
      this.#database.exec('ROLLBACK TO one; RELEASE one');
      return asError(error);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  /**
   * Where two processes create a database at once, SQLite refuses one of them the change of the journal, and for fear of
   * a deadlock without the wait that `busy_timeout` promises. The one that was refused holds nothing, and asks again.
   */
  #writeAhead(pauseThread: (durationMs: number) => void): void {
    for (let pausedMs = 0; ; pausedMs += BUSY_PAUSE_MS) {
      try {
        this.#database.exec('PRAGMA journal_mode = WAL');
        return;
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || pausedMs >= BUSY_TIMEOUT_MS)
          throw error;
        pauseThread(BUSY_PAUSE_MS);
      }
    }
  }

  #migrate(migrations: readonly string[]): void {
    if (this.#unseen(migrations).length === 0) return;
    // Another process may be quicker, so they are looked for again. Closing the database undoes what is not committed.
    this.#database.exec('BEGIN IMMEDIATE');
    for (const script of this.#unseen(migrations)) this.#database.exec(script);
    this.#database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  }

  /** The migrations that the database has not been through. */
  #unseen(migrations: readonly string[]): readonly string[] {
    const [row] = this.#database.prepare('PRAGMA user_version').all() as { user_version: number }[];
    const version = row?.user_version ?? 0;
    if (version <= migrations.length) return migrations.slice(version);
    throw new Error(`the database is of version ${version}, newer than this program's ${migrations.length}`);
  }
}

/** The storage thread has nothing else to do until its database is open. */
function sleepThread(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
