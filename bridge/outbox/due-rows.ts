// What of the outbox is to be sent next, in SQL. A row waits for its turn while an earlier one of the same incident and
// destination is pending, or held by a storm; of the others the most urgent goes first.
import type { Database } from '../../collector/extension/storage.ts';
import { COLUMNS, outboxRow, type OutboxRow } from './outbox-store.ts';

/** What a storm holds may yet be sent, and then comes first. What a silence holds back keeps nothing back. */
const IS_HEAD = `NOT EXISTS (SELECT 1 FROM outbox AS earlier WHERE earlier.destination = outbox.destination
  AND earlier.incident_id = outbox.incident_id AND earlier.state IN ('pending', 'held') AND earlier.sequence < outbox.sequence)`;

/** A row that was redriven may be an earlier one than one that is under way. */
const IS_DUE = `destination = ? AND state = 'pending' AND next_attempt_at_ms <= ?
  AND incident_id NOT IN (SELECT incident_id FROM outbox WHERE row_id IN (SELECT value FROM json_each(?))) AND ${IS_HEAD}`;

/**
 * Due rows that are first in their incident's line, and of which no other is under way: the most severe first, then the
 * oldest.
 */
export async function readDueRows(
  database: Database,
  destination: string,
  query: {
    readonly nowMs: number;
    /** The rows that are under way. */
    readonly exceptRowIds: readonly number[];
    readonly limit: number;
  },
): Promise<readonly OutboxRow[]> {
  const rows = await database.read({
    // SQLite prepares a statement anew each time a bare `LIMIT ?` is bound: twenty times the work of the query itself.
    sql: `SELECT ${COLUMNS} FROM outbox INDEXED BY outbox_by_urgency WHERE ${IS_DUE}
      ORDER BY severity_rank DESC, created_at_ms, row_id LIMIT ? + 0`,
    values: [destination, query.nowMs, JSON.stringify(query.exceptRowIds), query.limit],
  });
  return rows.map(outboxRow);
}

/** Of the rows that are first in their incident's line, due or not, the oldest: what an open breaker probes with. */
export async function readOldestRow(
  database: Database,
  destination: string,
  exceptRowIds: readonly number[],
): Promise<OutboxRow | undefined> {
  const rows = await database.read({
    sql: `SELECT ${COLUMNS} FROM outbox INDEXED BY outbox_by_age WHERE destination = ? AND state = 'pending'
      AND row_id NOT IN (SELECT value FROM json_each(?)) AND ${IS_HEAD} ORDER BY created_at_ms, row_id LIMIT 1`,
    values: [destination, JSON.stringify(exceptRowIds)],
  });
  return rows[0] && outboxRow(rows[0]);
}

/** When the next row that is first in its incident's line becomes due; undefined when nothing is pending. */
export async function readNextDueAtMs(database: Database, destination: string): Promise<number | undefined> {
  const [row] = await database.read({
    sql: `SELECT next_attempt_at_ms AS next_due FROM outbox WHERE destination = ? AND state = 'pending' AND ${IS_HEAD}
      ORDER BY next_attempt_at_ms LIMIT 1`,
    values: [destination],
  });
  return row === undefined ? undefined : Number(row.next_due);
}
