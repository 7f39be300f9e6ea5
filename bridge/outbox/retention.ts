// What is kept for how long, in SQL. What has waited for too long goes to the dead letters, which are kept; what is
// settled is removed after the same time, and an incident when nothing of it is left.
import type { Database, SqlValue, Statement } from '../../collector/extension/storage.ts';
import { readDestinationCounts } from './destination-counts.ts';

/** Whose rows: one destination's, or those of all but these. */
export type RetentionScope = { readonly destination: string } | { readonly except: readonly string[] };

/** Rows that one commit removes: others wait for the disk behind it, so it must not be long. */
const REMOVED_AT_ONCE = 5_000;

/** How many rows `expireStatement` would give up, by destination. */
export function readExpiredCounts(
  database: Database,
  scope: RetentionScope,
  beforeMs: number,
): Promise<ReadonlyMap<string, number>> {
  const [which, value] = scopeSql(scope);
  return readDestinationCounts(database, {
    sql: `SELECT destination, count(*) AS row_count FROM outbox INDEXED BY outbox_by_age
      WHERE state IN ('pending', 'held') AND created_at_ms < ?1 AND ${which} GROUP BY destination`,
    values: [beforeMs, value],
  });
}

/** Rows that have waited longer than that become dead letters; with notices, `DEAD_NOTICES` must be in the same commit. */
export function expireStatement(scope: RetentionScope, beforeMs: number, nowMs: number): Statement {
  const [which, value] = scopeSql(scope);
  return {
    sql: `UPDATE outbox INDEXED BY outbox_by_age SET state = 'dead', settled_at_ms = ?3, last_reason = 'not delivered within the retention'
      WHERE state IN ('pending', 'held') AND created_at_ms < ?1 AND ${which}`,
    values: [beforeMs, value, nowMs],
  };
}

/**
 * Removes what was delivered before `beforeMs`, with its attempts; and what was listed or silenced then, of incidents that
 * are over.
 */
export async function removeSettled(
  database: Database,
  scope: RetentionScope,
  beforeMs: number,
): Promise<void> {
  const [which, value] = scopeSql(scope);
  const isClosed = `coalesce((SELECT status FROM incidents WHERE incidents.incident_id = outbox.incident_id), 'closed')
    = 'closed'`;
  // Nothing is settled before it is created: that condition is for the index.
  for (const condition of [
    `state = 'delivered' AND settled_at_ms < ?1`,
    `state = 'listed' AND settled_at_ms < ?1 AND ${isClosed}`,
    `state = 'silenced' AND ${isClosed}`,
  ]) {
    const ids = `SELECT row_id FROM outbox WHERE ${condition} AND created_at_ms < ?1 AND ${which}`;
    await removeInPieces(database, ids, [beforeMs, value], (some) => [
      `DELETE FROM outbox WHERE row_id IN (${some})`,
    ]);
  }
}

/** Removes incidents that were over before `beforeMs`, with their transitions, once the outbox has no row of them. */
export async function removeOldIncidents(database: Database, beforeMs: number): Promise<void> {
  const ids = `SELECT incident_id FROM incidents WHERE status = 'closed' AND updated_at_ms < ?1
    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.incident_id = incidents.incident_id)`;
  await removeInPieces(database, ids, [beforeMs], (some) => [
    `DELETE FROM transitions WHERE incident_id IN (${some})`,
    `DELETE FROM incidents WHERE incident_id IN (${some})`,
  ]);
}

async function removeInPieces(
  database: Database,
  ids: string,
  values: readonly SqlValue[],
  removals: (some: string) => readonly string[],
): Promise<void> {
  const statements = removals(`${ids} LIMIT ${REMOVED_AT_ONCE}`).map((sql) => ({ sql, values }));
  for (;;) {
    const left = await database.read({ sql: `${ids} LIMIT 1`, values });
    if (left.length === 0) return;
    await database.commit(statements);
  }
}

/** A condition, and the value of its parameter ?2. */
function scopeSql(scope: RetentionScope): readonly [condition: string, value: string] {
  if ('destination' in scope) return ['destination = ?2', scope.destination];
  return ['destination NOT IN (SELECT value FROM json_each(?2))', JSON.stringify(scope.except)];
}
