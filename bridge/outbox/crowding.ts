// The bound on rows, in SQL. When more rows wait for a destination than may, incidents that are over are given up, as a
// whole: the least severe first, then the oldest. One that is still open never is: the number of those is bounded by the
// number of sessions.
import type { Database, Statement } from '../../collector/extension/storage.ts';

/** Rows that may yet be sent, and dead letters. */
export interface RowCounts {
  readonly waiting: number;
  readonly dead: number;
}

export async function readRowCounts(database: Database, destination: string): Promise<RowCounts> {
  const [row] = await database.read({
    sql: `SELECT (SELECT count(*) FROM outbox WHERE destination = ?1 AND state IN ('pending', 'held')) AS waiting,
      (SELECT count(*) FROM outbox WHERE destination = ?1 AND state = 'dead') AS dead`,
    values: [destination],
  });
  return { waiting: Number(row?.waiting ?? 0), dead: Number(row?.dead ?? 0) };
}

/** Incidents that are over, with `rowCount` waiting rows together: at least `excessCount`, when there are as many. */
export async function readIncidentsToGiveUp(
  database: Database,
  destination: string,
  excessCount: number,
): Promise<{ readonly incidentIds: readonly string[]; readonly rowCount: number }> {
  const rows = await database.read({
    sql: `WITH waiting AS (SELECT incident_id, count(*) AS row_count, max(severity_rank) AS severity_rank,
          min(decided_at_ms) AS since_ms FROM outbox
        WHERE destination = ? AND state IN ('pending', 'held') GROUP BY incident_id),
      over AS (SELECT incident_id, row_count,
          sum(row_count) OVER (ORDER BY waiting.severity_rank, since_ms, incident_id) AS through_here
        FROM waiting JOIN incidents USING (incident_id) WHERE status = 'closed')
      SELECT incident_id, row_count FROM over WHERE through_here - row_count < ?`,
    values: [destination, excessCount],
  });
  return {
    incidentIds: rows.map((row) => String(row.incident_id)),
    rowCount: rows.reduce((sum, row) => sum + Number(row.row_count), 0),
  };
}

/** Those that have been reopened meanwhile are kept. With notices, `DEAD_NOTICES` must be in the same commit. */
export function giveUpStatement(
  destination: string,
  incidentIds: readonly string[],
  { maxRows, nowMs }: { readonly maxRows: number; readonly nowMs: number },
): Statement {
  return {
    sql: `UPDATE outbox SET state = 'dead', settled_at_ms = ?1, last_reason = ?2
      WHERE destination = ?3 AND state IN ('pending', 'held') AND incident_id IN
        (SELECT incident_id FROM incidents WHERE status = 'closed'
          AND incident_id IN (SELECT value FROM json_each(?4)))`,
    values: [nowMs, `given up: more than ${maxRows} rows wait`, destination, JSON.stringify(incidentIds)],
  };
}

/** The dead letters that were decided first. */
export function removeDeadStatement(destination: string, excessCount: number): Statement {
  return {
    sql: `DELETE FROM outbox WHERE row_id IN (SELECT row_id FROM outbox WHERE destination = ? AND state = 'dead'
      ORDER BY decided_at_ms, row_id LIMIT ?)`,
    values: [destination, excessCount],
  };
}
