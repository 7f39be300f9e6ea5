import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { FileStorage } from '../../../../collector/extension/file_storage/file-storage.ts';
import type { Database, Statement } from '../../../../collector/extension/storage.ts';
import { testSettings, type TestSettings } from '../../../support/component-settings.ts';

const OPTIONS = {
  migrations: ['CREATE TABLE numbers (number INTEGER) STRICT'],
  survives: 'machine',
} as const;

let directory: string;
let settings: TestSettings;
let storage: FileStorage;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'storage-thread-'));
  settings = testSettings({ id: 'file_storage' });
  storage = new FileStorage(settings, { directory, createDirectory: true, lock: true });
});

afterEach(async () => {
  await storage.shutdown();
  await rm(directory, { recursive: true, force: true });
});

async function opened(): Promise<Database> {
  await storage.start();
  return storage.open('test', OPTIONS);
}

const put = (number: number): Statement => ({ sql: 'INSERT INTO numbers VALUES (?)', values: [number] });

describe('a storage thread that dies', () => {
  async function startedWorker(): Promise<{ worker: Worker; database: Database }> {
    const created = once(process, 'worker') as Promise<[Worker]>;
    const database = await opened();
    const [worker] = await created;
    return { worker, database };
  }

  it('rejects what waits for it and all that comes after, and turns the storage unhealthy', async () => {
    const { worker, database } = await startedWorker();
    assert.deepEqual(settings.statuses, [{ kind: 'ok' }]);
    // Somebody else's write keeps the thread from finishing the commit before it dies.
    const blocker = new DatabaseSync(join(directory, 'test.db'));
    blocker.exec('BEGIN IMMEDIATE');
    const waiting = assert.rejects(database.commit([put(1)]), /the storage thread has ended/);
    const ended = worker.terminate();
    blocker.close();
    await ended;
    await waiting;
    await assert.rejects(database.commit([put(2)]), /the storage thread has ended/);
    assert.deepEqual(settings.statuses.at(-1), { kind: 'unhealthy', reason: 'the storage thread has ended' });
    await storage.shutdown();
  });

  it('by a fault of its own does the same', async () => {
    const { worker, database } = await startedWorker();
    // Nobody sends such a message; it stands for a defect in the thread.
    worker.postMessage(null);
    await assert.rejects(database.commit([put(1)]), /the storage thread failed/);
    await assert.rejects(database.commit([put(1)]), /the storage thread failed/);
    assert.deepEqual(settings.statuses.at(-1), { kind: 'unhealthy', reason: 'the storage thread failed' });
  });

  it('is no fault when the storage was closed', async () => {
    await opened();
    await storage.shutdown();
    assert.deepEqual(settings.statuses, [{ kind: 'ok' }]);
  });
});
