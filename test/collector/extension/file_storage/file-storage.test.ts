import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { fileStorageFactory } from '../../../../collector/extension/file_storage/factory.ts';
import { FileStorage } from '../../../../collector/extension/file_storage/file-storage.ts';
import type { Database, Statement } from '../../../../collector/extension/storage.ts';
import { testSettings, type TestSettings } from '../../../support/component-settings.ts';

const OPTIONS = {
  migrations: ['CREATE TABLE numbers (number INTEGER NOT NULL UNIQUE) STRICT'],
  survives: 'machine',
} as const;

let directory: string;
let settings: TestSettings;
let storage: FileStorage;
let others: FileStorage[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-storage-'));
  settings = testSettings({ id: 'file_storage' });
  others = [];
  storage = make();
});

afterEach(async () => {
  for (const each of others) await each.shutdown().catch(() => {});
  await rm(directory, { recursive: true, force: true });
});

function make(options: { directory?: string; createDirectory?: boolean; lock?: boolean } = {}): FileStorage {
  const made = new FileStorage(settings, { directory, createDirectory: true, lock: true, ...options });
  others.push(made);
  return made;
}

async function opened(): Promise<Database> {
  await storage.start();
  return storage.open('test', OPTIONS);
}

const put = (number: number): Statement => ({ sql: 'INSERT INTO numbers VALUES (?)', values: [number] });

async function count(database: Database): Promise<unknown> {
  const [row] = await database.read({ sql: 'SELECT count(*) AS count FROM numbers', values: [] });
  return row!.count;
}

/** What is there after everything has been closed and opened again. */
async function countOnDisk(): Promise<unknown> {
  await storage.shutdown();
  storage = make();
  return count(await opened());
}

describe('commits', () => {
  it('are durable when they resolve, however many come at once', async () => {
    const database = await opened();
    await Promise.all(Array.from({ length: 500 }, (_, number) => database.commit([put(number)])));
    assert.equal(await countOnDisk(), 500);
  });

  it('do not suffer from faulty ones among them', async () => {
    const database = await opened();
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, number) =>
        database.commit([put(number), put(number % 3 === 0 ? number : 1_000 + number)]),
      ),
    );
    const failedCount = results.filter(({ status }) => status === 'rejected').length;
    assert.equal(failedCount, 34);
    assert.equal(await countOnDisk(), 2 * 66);
  });

  it('reject with the reason', async () => {
    const database = await opened();
    await database.commit([put(1)]);
    await assert.rejects(database.commit([put(1)]), /^Error: UNIQUE constraint failed: numbers\.number$/);
  });

  it('are seen by every read that comes after them, though nobody waited', async () => {
    const database = await opened();
    const committed = database.commit([put(1)]);
    assert.equal(await count(database), 1);
    await committed;
  });

  it('that cannot be handed to the thread reject, and are forgotten', async () => {
    const database = await opened();
    const odd = { sql: 'SELECT ?', values: [() => 1] } as unknown as Statement;
    await assert.rejects(database.commit([odd]), /could not be cloned/);
    await database.commit([put(1)]);
    assert.equal(await count(database), 1);
  });
});

describe('a read', () => {
  it('that is faulty rejects with the reason', async () => {
    const database = await opened();
    await assert.rejects(
      database.read({ sql: 'SELECT * FROM nowhere', values: [] }),
      /no such table: nowhere/,
    );
  });
});

describe('shutting down', () => {
  it('commits first what was handed in', async () => {
    const database = await opened();
    const committed = Promise.all(Array.from({ length: 50 }, (_, number) => database.commit([put(number)])));
    assert.equal(await countOnDisk(), 50);
    await committed;
  });

  it('leaves a database that says so', async () => {
    const database = await opened();
    await storage.shutdown();
    await assert.rejects(database.commit([put(1)]), /the storage is closed/);
    await assert.rejects(database.read({ sql: 'SELECT 1', values: [] }), /the storage is closed/);
    await assert.rejects(storage.open('test', OPTIONS), /file_storage has not been started/);
  });

  it('is safe before the start, and twice', async () => {
    await storage.shutdown();
    await opened();
    await storage.shutdown();
    await storage.shutdown();
  });
});

describe('the directory', () => {
  it('is created for its owner alone', async () => {
    storage = make({ directory: join(directory, 'a/b') });
    await storage.start();
    assert.equal((await stat(join(directory, 'a/b'))).mode & 0o777, 0o700);
  });

  it('is not created when that is not wanted, and the start fails with a sentence', async () => {
    storage = make({ directory: join(directory, 'absent'), createDirectory: false });
    await assert.rejects(
      storage.start(),
      /^Error: could not take .*absent for this process; .* not writable$/,
    );
    await storage.shutdown();
  });

  it('serves one process only: a second one is refused with a sentence, and let in after the first', async () => {
    await opened();
    const second = make();
    await assert.rejects(
      second.start(),
      /^Error: could not take .* for this process; another one may be running there, or it is not writable$/,
    );
    await second.shutdown();
    await storage.shutdown();
    const third = make();
    await third.start();
  });

  it('is free again when the process that had it was killed', async () => {
    const args = [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../../../support/lock-holder.ts'),
    ];
    const child = spawn(process.execPath, [...args, directory], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await assert.rejects(storage.start(), /another one may be running there/);
    await storage.shutdown();
    child.kill('SIGKILL');
    await once(child, 'exit');
    storage = make();
    await storage.start();
  });

  it('can be looked into by a command beside the process that has it', async () => {
    await (await opened()).commit([put(1)]);
    const command = make({ createDirectory: false, lock: false });
    await command.start();
    const sameDatabase = await command.open('test', OPTIONS);
    assert.equal(await count(sameDatabase), 1);
    await sameDatabase.commit([put(2)]);
    assert.equal(await count(await storage.open('test', OPTIONS)), 2);
  });
});

describe('opening a database', () => {
  it('again gives the same one', async () => {
    const database = await opened();
    await database.commit([put(1)]);
    assert.equal(await count(await storage.open('test', OPTIONS)), 1);
  });

  it('of a newer program fails with its path and a sentence', async () => {
    await opened();
    await storage.open('newer', {
      ...OPTIONS,
      migrations: [...OPTIONS.migrations, 'CREATE TABLE later (x)'],
    });
    await storage.shutdown();
    storage = make();
    await storage.start();
    await assert.rejects(
      storage.open('newer', OPTIONS),
      /^Error: could not open .*newer\.db: the database is of version 2, newer than this program's 1$/,
    );
  });

  it('that is a folder fails, and the others go on', async () => {
    await mkdir(join(directory, 'folder.db'));
    const database = await opened();
    await assert.rejects(storage.open('folder', OPTIONS), /could not open .*folder\.db: unable to open/);
    await database.commit([put(1)]);
  });

  it('at the same time from two processes creates it once', async () => {
    for (let round = 0; round < 3; round++) {
      const both = [make({ lock: false }), make({ lock: false })];
      await Promise.all(both.map((each) => each.start()));
      const databases = await Promise.all(both.map((each) => each.open(`round-${round}`, OPTIONS)));
      await Promise.all(databases.map((database, index) => database.commit([put(index)])));
      assert.equal(await count(databases[0]!), 2);
      for (const each of both) await each.shutdown();
    }
  });
});

describe('the configuration of file_storage', () => {
  it('has defaults for everything', () => {
    assert.deepEqual(fileStorageFactory.configSchema.parse({}), {
      directory: './data',
      create_directory: true,
    });
  });

  for (const section of [{ directory: '' }, { dir: './data' }, { create_directory: 'yes' }]) {
    it(`refuses ${JSON.stringify(section)}`, () =>
      assert.ok(!fileStorageFactory.configSchema.safeParse(section).success));
  }

  it('makes a storage that keeps others out', async () => {
    const config = fileStorageFactory.configSchema.parse({ directory });
    const made = fileStorageFactory.create(settings, config as never) as FileStorage;
    others.push(made);
    await made.start();
    await assert.rejects(storage.start(), /another one may be running there/);
  });
});
