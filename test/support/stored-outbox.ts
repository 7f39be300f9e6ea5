// The outbox on real databases in a folder of its own, for tests of what is stored and of what delivers it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Component } from '../../collector/component.ts';
import { FileStorage } from '../../collector/extension/file_storage/file-storage.ts';
import type { Database, Row, SqlValue, Statement } from '../../collector/extension/storage.ts';
import { rowStatement, transitionStatements } from '../../bridge/outbox/outbox-store.ts';
import { Outbox } from '../../bridge/outbox/outbox.ts';
import type { Silencer } from '../../bridge/outbox/silencer.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { testHost, testSettings, type TestSettings } from './component-settings.ts';
import { VirtualClock } from './virtual-clock.ts';

export class StoredOutbox {
  readonly directory: string;
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  readonly storage: FileStorage;
  readonly outbox: Outbox;

  private constructor(directory: string, clock: VirtualClock) {
    this.directory = directory;
    this.clock = clock;
    this.settings = testSettings({ id: 'outbox', clock });
    this.storage = new FileStorage(this.settings, { directory, createDirectory: true, lock: true });
    this.outbox = new Outbox(this.settings);
  }

  /** In a fresh folder, or on what an earlier one has left behind. `silencers` stand beside the storage, by their ids. */
  static async open(
    left?: Pick<StoredOutbox, 'directory' | 'clock'>,
    silencers: Readonly<Record<string, Component & Silencer>> = {},
  ): Promise<StoredOutbox> {
    const directory = left?.directory ?? (await mkdtemp(join(tmpdir(), 'outbox-')));
    const opened = new StoredOutbox(directory, left?.clock ?? new VirtualClock());
    await opened.storage.start();
    await opened.outbox.start(testHost({ file_storage: opened.storage, ...silencers }));
    return opened;
  }

  get database(): Database {
    return this.outbox.incidents;
  }

  /** Stores transitions as the outbox does, each on its way to `destination`, with `body of <key>` as its body. */
  async put(destination: string, ...transitions: readonly Transition[]): Promise<void> {
    await this.database.commit(
      transitions.flatMap((transition) => [
        ...transitionStatements(transition),
        rowStatement(destination, transition, `body of ${transition.idempotencyKey}`),
      ]),
    );
  }

  async rows(sql: string, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return (await this.database.read({ sql, values })).map((row) => ({ ...row }));
  }

  /** Moves the clock on in the steps of the sweeps, and waits for each. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.clock.nowMs() + durationMs;
    while (this.clock.nowMs() < untilMs) {
      this.clock.advanceTo(Math.min(untilMs, this.clock.nowMs() + 5_000));
      await this.outbox.flush();
    }
  }

  /** Each row of the outbox in one line, oldest first: `s-1 opened pending 2` with its count of attempts. */
  async states(): Promise<readonly string[]> {
    const rows = await this.rows('SELECT * FROM outbox ORDER BY created_at_ms, row_id');
    return rows.map((row) => [row.subject, row.kind, row.state, row.attempt_count].join(' '));
  }

  /** Empties all tables, so that one outbox can serve several tests. */
  async clear(): Promise<void> {
    const tables = await this.rows("SELECT name FROM sqlite_schema WHERE type = 'table'");
    await this.database.commit(
      tables.map(({ name }) => ({ sql: `DELETE FROM ${String(name)}`, values: [] })),
    );
  }

  /** Ends it and keeps the folder, for another one to start on. */
  async stop(): Promise<void> {
    await this.outbox.shutdown();
    await this.storage.shutdown();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A database that can be told to fail, as one on a full disk does. */
export class FaultyDatabase implements Database {
  /** What commits are refused with; undefined when they are not. */
  commitFault: Error | undefined;
  readFault: Error | undefined;
  commitCount = 0;
  readonly #inner: Database;

  constructor(inner: Database) {
    this.#inner = inner;
  }

  commit(statements: readonly Statement[]): Promise<void> {
    this.commitCount += 1;
    return this.commitFault === undefined ? this.#inner.commit(statements) : Promise.reject(this.commitFault);
  }

  read(statement: Statement): Promise<readonly Row[]> {
    return this.readFault === undefined ? this.#inner.read(statement) : Promise.reject(this.readFault);
  }
}
