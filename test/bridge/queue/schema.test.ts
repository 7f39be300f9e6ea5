import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prepareTables } from '../../../bridge/queue/schema.ts';
import { alertOf, listAlerts, takeTransitions } from '../../support/queue-alerts.ts';
import { StoredOutbox } from '../../support/stored-outbox.ts';
import { transitionOf, TRIGGER_MS } from '../../support/transition.ts';

/** As the first version made it. */
const FIRST_VERSION = `CREATE TABLE alerts (
  queue TEXT NOT NULL, incident_id TEXT NOT NULL, incident_key TEXT NOT NULL, category TEXT NOT NULL,
  session_id TEXT NOT NULL, agent_id TEXT, severity TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
  sequence INTEGER NOT NULL, environment TEXT NOT NULL, reasons_json TEXT NOT NULL, notes TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL, resolved_at_ms INTEGER,
  PRIMARY KEY (queue, incident_id)
) STRICT, WITHOUT ROWID`;

const opened = transitionOf();

let stored: StoredOutbox;

beforeEach(async () => {
  stored = await StoredOutbox.open();
});

afterEach(() => stored.close());

const run = (sql: string, ...values: (string | number | null)[]) => stored.database.commit([{ sql, values }]);

async function fillFirstVersion(): Promise<void> {
  await run(FIRST_VERSION);
  await run('CREATE INDEX alerts_by_age ON alerts (queue, opened_at_ms)');
  const insert = `INSERT INTO alerts VALUES ('queue', ?, 'key', 'quality', ?, NULL, ?, ?, 0, 'test', '[]', '{"mos":3.1}', ?, ?, ?)`;
  await run(insert, opened.incidentId, 's-1', 'critical', 'open', TRIGGER_MS, TRIGGER_MS, null);
  await run(insert, 'over', 's-2', 'high', 'resolved', TRIGGER_MS, TRIGGER_MS + 5, TRIGGER_MS + 5);
}

const columns = async (table: string) =>
  (await stored.rows(`SELECT name FROM pragma_table_info('${table}')`)).map(({ name }) => name);

describe('the tables of a queue', () => {
  it('of the first version get what they lack, and keep what they have', async () => {
    await fillFirstVersion();
    await prepareTables(stored.database);
    const [over, open] = (await listAlerts(stored.database)).toSorted((a) => (a.status === 'open' ? 1 : -1));
    assert.deepEqual([over?.session_id, over?.status], ['s-2', 'resolved']);
    assert.deepEqual(
      [open?.session_id, open?.status, open?.notes, open?.waiting_since, open?.operator_notes],
      ['s-1', 'open', '{"mos":3.1}', new Date(TRIGGER_MS).toISOString(), []],
    );
    const [row] = await stored.rows('SELECT severity_rank, is_timed FROM alerts WHERE session_id = ?', 's-1');
    assert.deepEqual(row, { severity_rank: 2, is_timed: 1 });
  });

  it('of the first version are the same as new ones when they are brought up to date', async () => {
    await fillFirstVersion();
    await prepareTables(stored.database);
    const upgraded = [await columns('alerts'), await columns('operators')];
    await run('DROP TABLE alerts');
    await run('DROP TABLE operators');
    await prepareTables(stored.database);
    assert.deepEqual(upgraded, [await columns('alerts'), await columns('operators')]);
    assert.ok(upgraded[0]!.includes('operator_notes_json'));
  });

  it('of the first version go on with the incidents that they had', async () => {
    await fillFirstVersion();
    await prepareTables(stored.database);
    await takeTransitions(stored.database, [transitionOf({ kind: 'recovered', sequence: 1 })]);
    assert.equal((await alertOf(stored.database, opened)).status, 'resolved');
  });

  it('can be prepared at every start', async () => {
    await prepareTables(stored.database);
    await takeTransitions(stored.database, [opened]);
    await prepareTables(stored.database);
    const [row] = await stored.rows('SELECT waiting_since_ms, is_timed FROM alerts');
    assert.deepEqual(row, { waiting_since_ms: TRIGGER_MS, is_timed: 0 });
  });

  it('of which only some columns are there get the others, and only those', async () => {
    await fillFirstVersion();
    await run('ALTER TABLE alerts ADD COLUMN waiting_since_ms INTEGER NOT NULL DEFAULT 0');
    await run('UPDATE alerts SET waiting_since_ms = 7');
    await prepareTables(stored.database);
    const [row] = await stored.rows('SELECT waiting_since_ms, severity_rank FROM alerts');
    assert.equal(row!.waiting_since_ms, 7);
  });
});
