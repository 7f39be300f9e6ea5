// The extension `file_storage`: SQLite files in one directory, owned by one thread of one process.
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Component, Settings } from '../../component.ts';
import type { Database, DatabaseOptions, Storage } from '../storage.ts';
import { StorageThread } from './storage-thread.ts';

export interface FileStorageOptions {
  readonly directory: string;
  readonly createDirectory: boolean;
  /** Whether other processes are kept out. Commands that only look in do not lock. */
  readonly lock: boolean;
}

export class FileStorage implements Component, Storage {
  readonly #settings: Pick<Settings, 'reportStatus'>;
  readonly #directory: string;
  readonly #options: FileStorageOptions;
  #thread: StorageThread | undefined;

  constructor(settings: Pick<Settings, 'reportStatus'>, options: FileStorageOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#directory = resolve(options.directory);
  }

  async start(): Promise<void> {
    if (this.#options.createDirectory) await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    this.#thread = new StorageThread((error) =>
      this.#settings.reportStatus({ kind: 'unhealthy', reason: error.message }),
    );
    if (this.#options.lock) await this.#lock(this.#thread);
    this.#settings.reportStatus({ kind: 'ok' });
  }

  async open(name: string, options: DatabaseOptions): Promise<Database> {
    const thread = this.#thread;
    if (thread === undefined) throw new Error('file_storage has not been started');
    const path = join(this.#directory, `${name}.db`);
    const synchronous = options.survives === 'machine' ? 'FULL' : 'NORMAL';
    try {
      await thread.ask({ kind: 'open', database: name, path, migrations: options.migrations, synchronous });
    } catch (error) {
      throw new Error(`could not open ${path}: ${(error as Error).message}`, { cause: error });
    }
    return {
      commit: async (statements) => {
        await thread.ask({ kind: 'commit', database: name, statements });
      },
      read: ({ sql, values }) => thread.ask({ kind: 'read', database: name, sql, values }),
    };
  }

  async shutdown(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close();
  }

  async #lock(thread: StorageThread): Promise<void> {
    try {
      await thread.ask({ kind: 'lock', path: join(this.#directory, 'lock.db') });
    } catch (error) {
      throw new Error(
        `could not take ${this.#directory} for this process; another one may be running there, or it is not writable`,
        { cause: error },
      );
    }
  }
}
