// A database that an earlier version has left behind comes through all migrations with everything in it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { INCIDENTS_MIGRATIONS } from '../../../bridge/outbox/schema.ts';
import { GroupedDatabase } from '../../../collector/extension/file_storage/grouped-database.ts';

const FIRST_VERSION = `
  INSERT INTO incidents VALUES
    ('i-1', 'key-1', 'connection', 'call-1', 'warning', 'open', 1000, 1000),
    ('i-2', 'key-2', 'quality', 'call-2', 'high', 'closed', 2000, 2500);
  INSERT INTO transitions VALUES
    ('k-1', 'i-1', 0, 1000, '{"kind":"opened"}'),
    ('k-2', 'i-2', 0, 2000, '{"kind":"opened"}'),
    ('k-3', 'i-2', 1, 2500, '{"kind":"recovered"}');
  INSERT INTO outbox VALUES
    (7, 'webhook', 'i-1', 0, 'opened', 'call-1', 'warning', 0, 'k-1', 'body 1', 'pending', 2, 1, 1000, 9000, NULL, 'status 503'),
    (8, 'webhook', 'i-2', 0, 'opened', 'call-2', 'high', 1, 'k-2', 'body 2', 'delivered', 1, 0, 2000, 2000, 2100, 'status 200'),
    (11, 'webhook/x', 'i-2', 1, 'recovered', 'call-2', 'high', 1, 'k-3', 'body 3', 'pending', 0, 0, 8000, 8000, NULL, NULL),
    (12, 'webhook/x', 'gone', 0, 'opened', 'call-3', 'high', 1, 'k-4', 'body 4', 'dead', 1, 0, 500, 500, 600, 'status 400');
  INSERT INTO attempts VALUES
    (1, 7, 1100, 20, 'retry', 503, 'status 503', 'busy'),
    (2, 7, 2100, 30, 'retry', NULL, 'connection reset', NULL),
    (5, 8, 2050, 50, 'delivered', 200, 'status 200', 'thanks'),
    (6, 12, 550, 50, 'dead', 400, 'status 400', 'no');
  INSERT INTO sessions VALUES ('logs', 'call-1', 4, '{}');
`;

describe('a database of the first version', () => {
  let directory: string;
  let earlier: Readonly<Record<string, readonly object[]>>;
  let database: DatabaseSync;

  const tables = ['incidents', 'transitions', 'outbox', 'attempts', 'sessions'];
  const contentOf = (name: string) =>
    (database.prepare(`SELECT * FROM ${name} ORDER BY 1, 2`).all() as Record<string, unknown>[]).map(
      (row) => ({ ...row }),
    );

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'schema-'));
    const path = join(directory, 'incidents.db');
    new GroupedDatabase(path, INCIDENTS_MIGRATIONS.slice(0, 1), 'FULL').close();
    database = new DatabaseSync(path);
    database.exec(FIRST_VERSION);
    earlier = Object.fromEntries(tables.map((name) => [name, contentOf(name)]));
    database.close();
    new GroupedDatabase(path, INCIDENTS_MIGRATIONS, 'FULL').close();
    database = new DatabaseSync(path);
  });

  after(async () => {
    database.close();
    await rm(directory, { recursive: true, force: true });
  });

  for (const name of tables.filter((table) => table !== 'outbox')) {
    it(`keeps its ${name}`, () => assert.deepEqual(contentOf(name), earlier[name]));
  }

  it('keeps its rows, and learns of each its category and when it was decided', () => {
    const learned: Record<string, [category: string, decidedAtMs: number]> = {
      'k-1': ['connection', 1000],
      'k-2': ['quality', 2000],
      // It was redriven later than it was decided.
      'k-3': ['quality', 2500],
      // Nothing is known of it any more.
      'k-4': ['quality', 500],
    };
    const expected = earlier.outbox!.map((row) => {
      const [category, decidedAtMs] = learned[(row as { idempotency_key: string }).idempotency_key]!;
      const news = { storm_id: null, listed_sequence: null, silence_id: null, escalated_steps: 0 };
      return { ...row, category, decided_at_ms: decidedAtMs, ...news };
    });
    assert.deepEqual(contentOf('outbox'), expected);
  });

  it('still takes the attempts of a row along when it goes, and takes none of a row that is not there', () => {
    assert.deepEqual(database.prepare('PRAGMA foreign_key_check').all(), []);
    database.exec('PRAGMA foreign_keys = ON; BEGIN');
    database.exec('DELETE FROM outbox WHERE row_id = 7');
    assert.deepEqual(
      contentOf('attempts').map((row) => row.attempt_id),
      [5, 6],
    );
    assert.throws(
      () => database.exec(`INSERT INTO attempts VALUES (9, 7, 1, 1, 'retry', NULL, 'reset', NULL)`),
      /FOREIGN KEY/,
    );
    database.exec('ROLLBACK');
  });

  it('has the indexes of the present one, and finds its incidents by them', () => {
    const fresh = new DatabaseSync(':memory:');
    for (const script of INCIDENTS_MIGRATIONS) fresh.exec(script);
    const indexesOf = (one: DatabaseSync) =>
      one
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`)
        .all();
    assert.deepEqual(indexesOf(database), indexesOf(fresh));
    fresh.close();
    const found = database
      .prepare(
        `SELECT category FROM incidents INDEXED BY incidents_by_kind
          WHERE category IN ('quality', 'connection') AND severity IN ('warning', 'high') ORDER BY category`,
      )
      .all();
    assert.deepEqual(
      found.map((row) => row.category),
      earlier.incidents!.map((row) => (row as { category: string }).category).sort(),
    );
  });

  it('leaves nothing of its old tables, and has the version of the program', () => {
    const names = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all();
    assert.deepEqual(
      names.map(({ name }) => name),
      [...tables, 'fleets'].sort(),
    );
    assert.deepEqual(
      { ...database.prepare('PRAGMA user_version').get() },
      {
        user_version: INCIDENTS_MIGRATIONS.length,
      },
    );
  });
});
