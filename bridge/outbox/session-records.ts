// The states that processors keep here, in two databases of which either may hold the newer record: with a transition
// they are committed to the durable one, in between to the cheap one. What is forgotten leaves a tombstone (a record
// without a state), so that an older record in the other database can't come back to life.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import type { SessionRecord } from '../transition/batch.ts';

/** An older revision never replaces a newer one. */
export function sessionStatement(pipeline: string, { sessionId, revision, state }: SessionRecord): Statement {
  return {
    sql: `INSERT INTO sessions (pipeline, session_id, revision, state) VALUES (?, ?, ?, ?)
      ON CONFLICT (pipeline, session_id) DO UPDATE SET revision = excluded.revision, state = excluded.state
      WHERE excluded.revision >= revision`,
    values: [pipeline, sessionId, revision, state ?? null],
  };
}

/** The newest record of each session of a pipeline, those without a state left out. */
export async function readSessionRecords(
  databases: readonly Database[],
  pipeline: string,
): Promise<readonly SessionRecord[]> {
  const newest = new Map<string, SessionRecord>();
  for (const database of databases) {
    for (const record of await readRecords(database, pipeline)) {
      const known = newest.get(record.sessionId);
      if (known === undefined || record.revision > known.revision) newest.set(record.sessionId, record);
    }
  }
  return [...newest.values()].filter((record) => record.state !== undefined);
}

/**
 * Removes tombstones: first what they cover, in every database, then the tombstones themselves. Before either step all
 * that was written is brought to the disk. Otherwise a loss of power could keep the removal of a record and undo the
 * tombstone that it was removed for, or keep the removal of the tombstone and undo that of the record.
 */
export async function removeTombstones(databases: readonly Database[]): Promise<void> {
  const buried: { pipeline: string; sessionId: string; revision: number }[] = [];
  for (const database of databases) {
    const rows = await database.read({
      sql: 'SELECT pipeline, session_id, revision FROM sessions WHERE state IS NULL',
      values: [],
    });
    for (const row of rows) {
      const { pipeline, session_id: sessionId, revision } = row;
      buried.push({ pipeline: String(pipeline), sessionId: String(sessionId), revision: Number(revision) });
    }
  }
  if (buried.length === 0) return;
  const remove = (condition: string): Statement[] =>
    buried.map(({ pipeline, sessionId, revision }) => ({
      sql: `DELETE FROM sessions WHERE pipeline = ? AND session_id = ? AND revision <= ? AND ${condition}`,
      values: [pipeline, sessionId, revision],
    }));
  for (const condition of ['state IS NOT NULL', 'state IS NULL']) {
    for (const database of databases) if (!(await reachesDisk(database))) return;
    for (const database of databases) await database.commit(remove(condition));
  }
}

/** Waits until all commits so far would survive a loss of power; false when another process keeps the file busy. */
async function reachesDisk(database: Database): Promise<boolean> {
  const [row] = await database.read({ sql: 'PRAGMA wal_checkpoint(FULL)', values: [] });
  return row?.busy === 0;
}

async function readRecords(database: Database, pipeline: string): Promise<readonly SessionRecord[]> {
  const rows = await database.read({
    sql: 'SELECT session_id, revision, state FROM sessions WHERE pipeline = ?',
    values: [pipeline],
  });
  return rows.map((row) => ({
    sessionId: String(row.session_id),
    revision: Number(row.revision),
    ...(row.state !== null && { state: String(row.state) }),
  }));
}
