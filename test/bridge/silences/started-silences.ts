// The extension `silences` on a real storage in a folder of its own, with its API asked over HTTP.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silencesFactory } from '../../../bridge/silences/factory.ts';
import { SILENCES_DATABASE, SILENCES_MIGRATIONS } from '../../../bridge/silences/silence-table.ts';
import type { Silences } from '../../../bridge/silences/silences.ts';
import type { Component, Host } from '../../../collector/component.ts';
import { FileStorage } from '../../../collector/extension/file_storage/file-storage.ts';
import type { Database, DatabaseOptions, Storage } from '../../../collector/extension/storage.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { FaultyDatabase } from '../../support/stored-outbox.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/** Where the virtual clock starts. */
export const NOW = '2026-01-01T00:00:00.000Z';

export const BODY = {
  matchers: ['edge=fra-3', 'severity!=critical'],
  duration: '2h',
  author: 'ops',
  comment: 'SFU upgrade',
};

export interface ShownSilence {
  readonly id: string;
  readonly state: string;
  readonly origin: string;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly held_back: { readonly count: number; readonly last_at?: string };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Its databases can be told to fail. */
class FaultyStorage implements Storage, Component {
  readonly #inner: FileStorage;
  readonly databases: FaultyDatabase[] = [];

  constructor(inner: FileStorage) {
    this.#inner = inner;
  }

  async open(name: string, options: DatabaseOptions): Promise<Database> {
    const database = new FaultyDatabase(await this.#inner.open(name, options));
    this.databases.push(database);
    return database;
  }

  start = () => Promise.resolve();
  shutdown = () => Promise.resolve();
}

export class StartedSilences {
  clock = new VirtualClock();
  readonly directory: string;
  readonly file: FileStorage;
  readonly storage: FaultyStorage;
  settings!: TestSettings;
  silences!: Silences;

  private constructor(directory: string) {
    this.directory = directory;
    this.file = new FileStorage(testSettings(), { directory, createDirectory: true, lock: false });
    this.storage = new FaultyStorage(this.file);
  }

  /** Storage only; `start` does the rest. */
  static async open(): Promise<StartedSilences> {
    const opened = new StartedSilences(await mkdtemp(join(tmpdir(), 'silences-')));
    await opened.file.start();
    return opened;
  }

  create(section: object = {}, id = 'silences'): Silences {
    const config = silencesFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...section });
    this.settings = testSettings({ id, clock: this.clock });
    this.silences = silencesFactory.create(this.settings, config as never) as Silences;
    return this.silences;
  }

  host(extensions: Readonly<Record<string, Component>> = {}): Host {
    return testHost({ file_storage: this.storage, ...extensions });
  }

  /** Starts one on what an earlier one has left behind. */
  async start(section: object = {}, extensions: Readonly<Record<string, Component>> = {}): Promise<void> {
    await this.create(section).start(this.host(extensions));
  }

  stop(): Promise<void> {
    return this.silences.shutdown();
  }

  /** Ends the storage without the extension's knowing: as if the process were killed. */
  async kill(): Promise<void> {
    for (const database of this.storage.databases) database.commitFault = new Error('killed');
    await this.stop();
    this.storage.databases.length = 0;
  }

  /** Ends it and makes all as at first, so that one storage can serve several tests. */
  async clear(): Promise<void> {
    await this.stop();
    this.storage.databases.length = 0;
    const tables = ['silences', 'tallies'];
    const database = await this.file.open(SILENCES_DATABASE, {
      migrations: SILENCES_MIGRATIONS,
      survives: 'machine',
    });
    await database.commit(tables.map((table) => ({ sql: `DELETE FROM ${table}`, values: [] })));
    this.clock = new VirtualClock();
  }

  async close(): Promise<void> {
    await this.file.shutdown();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Moves the clock, and lets each sweep come to its end. */
  async advance(durationMs: number): Promise<void> {
    this.clock.advance(durationMs);
    await this.silences.flush();
  }

  ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
  ): Promise<Answer> {
    const text = typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body);
    const length =
      'transfer-encoding' in headers ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    const [host, port] = this.silences.boundAddress!.split(':');
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { host, port, path, method, headers: { ...headers, ...length } },
        (response) => {
          let answer = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, text: answer }),
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(text);
    });
  }

  /** Makes one and tells how it is shown. */
  async make(fields: object = {}): Promise<ShownSilence> {
    const { status, text } = await this.ask('POST', '/v1/silences', { ...BODY, ...fields });
    assert.equal(status, 201, text);
    return JSON.parse(text) as ShownSilence;
  }

  async list(search = ''): Promise<readonly ShownSilence[]> {
    const { status, text } = await this.ask('GET', `/v1/silences${search}`);
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { silences: ShownSilence[] }).silences;
  }
}

export function errorOf({ text }: Answer): {
  error: string;
  problems?: { field: string; message: string }[];
} {
  return JSON.parse(text) as { error: string };
}
