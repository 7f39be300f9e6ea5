import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { GroupedDatabase } from '../../../../collector/extension/file_storage/grouped-database.ts';
import type { SqlValue, Statement } from '../../../../collector/extension/storage.ts';

const TABLE = 'CREATE TABLE words (word TEXT NOT NULL UNIQUE) STRICT';

let directory: string;
let opened: GroupedDatabase[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'grouped-'));
  opened = [];
});

afterEach(async () => {
  for (const database of opened) database.close();
  await rm(directory, { recursive: true });
});

function open(
  migrations: readonly string[] = [TABLE],
  synchronous: 'FULL' | 'NORMAL' = 'FULL',
): GroupedDatabase {
  const database = new GroupedDatabase(join(directory, 'test.db'), migrations, synchronous);
  opened.push(database);
  return database;
}

const put = (word: SqlValue): Statement => ({ sql: 'INSERT INTO words VALUES (?)', values: [word] });

/** Commits groups of statements together; gives what each came to, `ok` or its error. */
function commit(database: GroupedDatabase, ...groups: readonly (readonly Statement[])[]): readonly string[] {
  const results: string[] = [];
  for (const statements of groups) {
    database.enqueue(statements, (error) => results.push(error?.message ?? 'ok'));
  }
  assert.deepEqual(results, [], 'nothing is told before it is durable');
  database.commitWaiting();
  return results;
}

const words = (database: GroupedDatabase) =>
  database.read('SELECT word FROM words ORDER BY rowid', []).map(({ word }) => word);

describe('commits that wait together', () => {
  it('are all made, in order', () => {
    const database = open();
    assert.deepEqual(commit(database, [put('a'), put('b')], [put('c')], []), ['ok', 'ok', 'ok']);
    assert.deepEqual(words(database), ['a', 'b', 'c']);
  });

  it('do not suffer from a faulty one, of which nothing is left', () => {
    const database = open();
    const results = commit(
      database,
      [put('a')],
      [put('b'), put('a'), put('c')],
      [put('d')],
      [put(null)],
      [put('e')],
    );
    assert.deepEqual(
      results.map((result) => result === 'ok'),
      [true, false, true, false, true],
    );
    assert.match(results[1]!, /UNIQUE constraint failed/);
    assert.deepEqual(words(database), ['a', 'd', 'e']);
  });

  it('do not suffer from one that is no SQL', () => {
    const database = open();
    const results = commit(database, [put('a')], [{ sql: 'INSRT', values: [] }], [put('b')]);
    assert.deepEqual([results[0], results[2]], ['ok', 'ok']);
    assert.match(results[1]!, /syntax error/);
  });

  it('all fail, and nothing of any is left, when the disk is full', () => {
    const database = open();
    assert.deepEqual(commit(database, [put('before')]), ['ok']);
    database.read('PRAGMA max_page_count = 6', []);
    const results = commit(database, [put('a')], [put('x'.repeat(100_000))], [put('b')]);
    assert.deepEqual(results, Array(3).fill('database or disk is full'));
    assert.deepEqual(words(database), ['before']);
    database.read('PRAGMA max_page_count = 1000', []);
    assert.deepEqual(commit(database, [put('after')]), ['ok']);
    assert.deepEqual(words(database), ['before', 'after']);
  });

  it('are made before the database is closed', () => {
    const database = open();
    const results: unknown[] = [];
    database.enqueue([put('a')], (error) => results.push(error));
    opened.pop()!.close();
    assert.deepEqual(results, [undefined]);
    assert.deepEqual(words(open()), ['a']);
  });
});

describe('a database', () => {
  it('keeps a log of its writes, waits for the disk as told, and upholds references', () => {
    const pragma = (database: GroupedDatabase, name: string) =>
      Object.values(database.read(`PRAGMA ${name}`, [])[0]!)[0];
    const full = open([TABLE], 'FULL');
    assert.equal(pragma(full, 'journal_mode'), 'wal');
    assert.equal(pragma(full, 'synchronous'), 2);
    assert.equal(pragma(full, 'foreign_keys'), 1);
    assert.equal(pragma(open([TABLE], 'NORMAL'), 'synchronous'), 1);
  });
});

describe('a database that another process is creating', () => {
  let other: DatabaseSync;

  beforeEach(() => {
    other = new DatabaseSync(join(directory, 'test.db'));
    // Of an old journal still, and written to: SQLite refuses the change of the journal at once.
    other.exec('CREATE TABLE made (x); BEGIN IMMEDIATE');
  });

  afterEach(() => other.close());

  const openWith = (pauseThread: (durationMs: number) => void): GroupedDatabase => {
    const database = new GroupedDatabase(join(directory, 'test.db'), [TABLE], 'FULL', pauseThread);
    opened.push(database);
    return database;
  };

  it('is waited for', () => {
    let pauses = 0;
    const database = openWith(() => {
      if (++pauses === 3) other.exec('COMMIT');
    });
    assert.equal(pauses, 3);
    assert.deepEqual(commit(database, [put('a')]), ['ok']);
    assert.equal(database.read('PRAGMA journal_mode', [])[0]?.journal_mode, 'wal');
  });

  it('is waited for 5 s and no longer', () => {
    let pausedMs = 0;
    const pause = (durationMs: number) => void (pausedMs += durationMs);
    assert.throws(() => openWith(pause), /database is locked/);
    assert.equal(pausedMs, 5_000);
  });
});

describe('migrations', () => {
  it('run once, and later ones when they have been added', () => {
    const second = "INSERT INTO words VALUES ('second')";
    commit(open(), [put('first')]);
    assert.deepEqual(words(open([TABLE])), ['first']);
    assert.deepEqual(words(open([TABLE, second])), ['first', 'second']);
    assert.deepEqual(words(open([TABLE, second])), ['first', 'second']);
  });

  it('are all or none: a faulty one leaves nothing, nor the file locked', () => {
    const faulty = [TABLE, 'CREATE TABLE more (x)', 'CREATE TABLE words (y)'];
    assert.throws(() => open(faulty), /table words already exists/);
    const database = open();
    assert.deepEqual(commit(database, [put('a')]), ['ok']);
    assert.deepEqual(
      database.read("SELECT name FROM sqlite_schema WHERE type = 'table'", []).map(({ name }) => name),
      ['words'],
    );
  });

  it('refuse a database of a newer program, and leave it as it is', () => {
    const newer = [TABLE, 'CREATE TABLE later (x)'];
    commit(open(newer), [put('a')]);
    assert.throws(() => open(), /^Error: the database is of version 2, newer than this program's 1$/);
    assert.deepEqual(words(open(newer)), ['a']);
  });
});
