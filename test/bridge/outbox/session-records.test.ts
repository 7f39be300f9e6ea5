// Two databases of which either may hold the newer record of a session, either may be behind after a crash, and only one
// survives a loss of power: what was forgotten never comes back, and what was not is never lost.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { CHECKPOINTS_MIGRATIONS } from '../../../bridge/outbox/schema.ts';
import {
  readSessionRecords,
  removeTombstones,
  sessionStatement,
} from '../../../bridge/outbox/session-records.ts';
import type { SessionRecord } from '../../../bridge/transition/batch.ts';
import { GroupedDatabase } from '../../../collector/extension/file_storage/grouped-database.ts';
import type { Database, Row, Statement } from '../../../collector/extension/storage.ts';

const SYNC: Statement = { sql: 'PRAGMA wal_checkpoint(FULL)', values: [] };

class Crash extends Error {}

/** A database in memory that can crash before a step, and that loses what had not reached the disk when power is lost. */
class MortalDatabase implements Database {
  readonly #grouped = new GroupedDatabase(':memory:', CHECKPOINTS_MIGRATIONS, 'NORMAL');
  readonly #survivesMachine: boolean;
  readonly #steps: { left: number };
  #onDisk: readonly Row[] = [];
  isBusy = false;
  /** How often all of it was brought to the disk. */
  syncCount = 0;

  constructor(survives: 'machine' | 'process', steps: { left: number }) {
    this.#survivesMachine = survives === 'machine';
    this.#steps = steps;
  }

  commit(statements: readonly Statement[]): Promise<void> {
    this.#step();
    return new Promise((resolve, reject) => {
      this.#grouped.enqueue(statements, (error) => (error === undefined ? resolve() : reject(error)));
      this.#grouped.commitWaiting();
      if (this.#survivesMachine) this.#onDisk = this.#all();
    });
  }

  read({ sql, values }: Statement): Promise<readonly Row[]> {
    this.#step();
    if (!sql.startsWith('PRAGMA wal_checkpoint')) return Promise.resolve(this.#grouped.read(sql, values));
    if (this.isBusy) return Promise.resolve([{ busy: 1 }]);
    this.#onDisk = this.#all();
    this.syncCount += 1;
    return Promise.resolve([{ busy: 0 }]);
  }

  losePower(): void {
    const insert = 'INSERT INTO sessions (pipeline, session_id, revision, state) VALUES (?, ?, ?, ?)';
    const statements = this.#onDisk.map((row) => ({ sql: insert, values: Object.values(row) }));
    this.#grouped.enqueue([{ sql: 'DELETE FROM sessions', values: [] }, ...statements], (error) =>
      assert.equal(error, undefined),
    );
    this.#grouped.commitWaiting();
  }

  rowCount(): number {
    return this.#all().length;
  }

  close(): void {
    this.#grouped.close();
  }

  #all(): readonly Row[] {
    return this.#grouped.read('SELECT pipeline, session_id, revision, state FROM sessions', []);
  }

  #step(): void {
    if (this.#steps.left === 0) throw new Crash('crashed');
    this.#steps.left -= 1;
  }
}

let steps: { left: number };
let durable: MortalDatabase;
let cheap: MortalDatabase;
let databases: readonly MortalDatabase[];

beforeEach(() => {
  steps = { left: Infinity };
  durable = new MortalDatabase('machine', steps);
  cheap = new MortalDatabase('process', steps);
  databases = [durable, cheap];
});

afterEach(() => databases.forEach((database) => database.close()));

const record = (sessionId: string, revision: number, state?: string): SessionRecord => ({
  sessionId,
  revision,
  ...(state !== undefined && { state }),
});

async function write(database: Database, ...records: readonly SessionRecord[]): Promise<void> {
  await database.commit(records.map((each) => sessionStatement('logs', each)));
}

const restored = () => readSessionRecords(databases, 'logs');

describe('a record', () => {
  it('replaces an older one and never a newer one', async () => {
    await write(durable, record('a', 2, 'two'));
    await write(durable, record('a', 1, 'one'));
    assert.deepEqual(await restored(), [record('a', 2, 'two')]);
    await write(durable, record('a', 3, 'three'));
    assert.deepEqual(await restored(), [record('a', 3, 'three')]);
  });

  it('counts when it is the newer of the two databases, whichever that is', async () => {
    await write(durable, record('a', 1, 'a1'), record('b', 2, 'b2'));
    await write(cheap, record('a', 2, 'a2'), record('b', 1, 'b1'));
    assert.deepEqual(await restored(), [record('a', 2, 'a2'), record('b', 2, 'b2')]);
  });

  it('of one pipeline is none of another', async () => {
    await write(durable, record('a', 1, 'a1'));
    assert.deepEqual(await readSessionRecords(databases, 'logs/other'), []);
  });
});

describe('a tombstone', () => {
  it('covers older records in either database, and no newer ones', async () => {
    await write(durable, record('a', 1, 'a1'), record('b', 3, 'b3'));
    await write(cheap, record('a', 2), record('b', 2));
    assert.deepEqual(await restored(), [record('b', 3, 'b3')]);
  });

  it('is removed, with all that it covers, and the newer record is kept', async () => {
    await write(durable, record('a', 1, 'a1'), record('b', 3, 'b3'));
    await write(cheap, record('a', 2), record('b', 2));
    await removeTombstones(databases);
    assert.deepEqual([durable.rowCount(), cheap.rowCount()], [1, 0]);
    assert.deepEqual(await restored(), [record('b', 3, 'b3')]);
  });

  it('stays when what it covers cannot be brought to the disk now', async () => {
    await write(cheap, record('a', 1, 'a1'));
    await write(durable, record('a', 2));
    cheap.isBusy = true;
    await removeTombstones(databases);
    assert.equal(durable.rowCount(), 1);
    cheap.isBusy = false;
    await removeTombstones(databases);
    assert.equal(durable.rowCount(), 0);
  });
});

type Step =
  | {
      readonly kind: 'write';
      readonly session: string;
      readonly to: 'durable' | 'cheap';
      readonly forget: boolean;
    }
  | { readonly kind: 'sweep'; readonly crashAfter: number }
  /** SQLite brings things to the disk at times of its own. */
  | { readonly kind: 'sync' }
  | { readonly kind: 'lose-power' };

const session = fc.constantFrom('a', 'b');
const to = fc.constantFrom('durable' as const, 'cheap' as const);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('write' as const), session, to, forget: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sweep' as const),
      crashAfter: fc.oneof(fc.nat({ max: 10 }), fc.constant(100)),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'sync' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'lose-power' }) },
);

/** Runs the steps; gives of each session the newest record that no loss of power has taken. */
async function run(script: readonly Step[]): Promise<ReadonlyMap<string, SessionRecord>> {
  let revision = 0;
  const newest = new Map<string, SessionRecord>();
  let unsafe: SessionRecord[] = [];
  const makeSafe = (records: readonly SessionRecord[]) => {
    for (const each of records) {
      if (each.revision > (newest.get(each.sessionId)?.revision ?? 0)) newest.set(each.sessionId, each);
    }
  };
  for (const step of script) {
    if (step.kind === 'write') {
      revision += 1;
      const written = record(step.session, revision, step.forget ? undefined : `state ${revision}`);
      await write(step.to === 'durable' ? durable : cheap, written);
      if (step.to === 'durable') makeSafe([written]);
      else unsafe.push(written);
    } else if (step.kind === 'sweep') {
      const before = cheap.syncCount;
      steps.left = step.crashAfter;
      await removeTombstones(databases).catch((error: unknown) => assert.ok(error instanceof Crash));
      steps.left = Infinity;
      if (cheap.syncCount > before) makeSafe(unsafe.splice(0));
    } else if (step.kind === 'sync') {
      await cheap.read(SYNC);
      makeSafe(unsafe.splice(0));
    } else {
      databases.forEach((database) => database.losePower());
      unsafe = [];
    }
  }
  makeSafe(unsafe);
  return newest;
}

describe('any order of writes, sweeps that crash in the middle, and losses of power', () => {
  it('brings back what was not forgotten, and nothing else', async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 16 }), async (script) => {
          const newest = await run(script);
          const actual = new Map((await restored()).map((each) => [each.sessionId, each]));
          for (const sessionId of ['a', 'b']) {
            const expected = newest.get(sessionId);
            assert.deepEqual(actual.get(sessionId), expected?.state === undefined ? undefined : expected);
          }
        })
        .beforeEach(async () => {
          for (const database of databases)
            await database.commit([{ sql: 'DELETE FROM sessions', values: [] }]);
          await cheap.read(SYNC);
        }),
      { numRuns: 2_000 },
    );
  });
});
