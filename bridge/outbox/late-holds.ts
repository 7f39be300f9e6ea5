// Held rows whose storm has not been told of in time, in SQL: they are let go where the destination takes other things.
import type { Database, Statement } from '../../collector/extension/storage.ts';

/**
 * How long a storm's notice may take until its members are told of without it: what is left of the SLA of 300 s is for
 * their own delivery (DESIGN section 10: 240 s of 300 s).
 */
export const LATE_MS = 240_000;

/**
 * For how long the destination must have been taking transitions by then. After an outage the notice is due again within
 * the longest back-off, 60 s by default: until then it has not been late, but had no chance.
 */
export const FAIR_CHANCE_MS = 60_000;

/** Of an incident all goes together: the later must not be listed when the earlier is not. */
const IS_LATE = `destination = ?1 AND state = 'held' AND incident_id IN
  (SELECT incident_id FROM outbox WHERE destination = ?1 AND state = 'held' AND created_at_ms <= ?2)`;

/** How many rows of the destination have been held since `beforeMs` or longer, with those that hang on them. */
export async function readLateCount(
  database: Database,
  destination: string,
  beforeMs: number,
): Promise<number> {
  const [row] = await database.read({
    sql: `SELECT count(*) AS late FROM outbox WHERE ${IS_LATE}`,
    values: [destination, beforeMs],
  });
  return Number(row?.late ?? 0);
}

/** Lets them go. They have waited since they were decided: their SLA goes on. */
export function lateStatement(destination: string, beforeMs: number): Statement {
  return {
    sql: `UPDATE outbox SET state = 'pending', last_reason = 'its storm was not told of in time' WHERE ${IS_LATE}`,
    values: [destination, beforeMs],
  };
}

/** Whether anything is held at all. */
export async function readIsAnythingHeld(database: Database): Promise<boolean> {
  const rows = await database.read({
    sql: `SELECT 1 FROM outbox WHERE state = 'held' LIMIT 1`,
    values: [],
  });
  return rows.length > 0;
}
