// What silences hold back, in SQL, and how it is let go when they end. Of an incident it goes together, when the last
// silence that holds something of it back has ended: the later must not be told before the earlier.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import { isOver, type Transition } from '../transition/transition.ts';
import { readDestinationCounts } from './destination-counts.ts';
import { IS_OF_LAST_OPENING, stateByNotice } from './storm-holds.ts';

/** A silence keeps back bad news only: what ends or softens an incident is always told. */
export function canBeSilenced({ kind }: Transition): boolean {
  return !isOver(kind) && kind !== 'deescalated';
}

/**
 * Rows to let go while only the silences in ?1, as JSON, are active. Not those of an incident that is over, nor of an
 * earlier opening of it: there is nothing left to do about them. Nor those that a later notice has overtaken: it has told
 * more.
 */
const IS_LET_GO = `state = 'silenced'
  AND (SELECT status FROM incidents WHERE incidents.incident_id = outbox.incident_id) = 'open'
  AND ${IS_OF_LAST_OPENING}
  AND NOT EXISTS (SELECT 1 FROM outbox AS later WHERE later.incident_id = outbox.incident_id
    AND later.destination = outbox.destination AND later.state IN ('pending', 'delivered')
    AND later.sequence > outbox.sequence)
  AND NOT EXISTS (SELECT 1 FROM outbox AS kept WHERE kept.incident_id = outbox.incident_id
    AND kept.destination = outbox.destination AND kept.state = 'silenced'
    AND kept.silence_id IN (SELECT value FROM json_each(?1)))`;

/** The state of a row that is let go: a storm that still lasts holds it on. */
const STATE_WITHOUT_SILENCE = `CASE WHEN storm_id IS NULL THEN 'pending'
  WHEN listed_sequence IS NOT NULL THEN ${stateByNotice('outbox.storm_id', 'outbox.destination', 'outbox.listed_sequence')}
  WHEN (SELECT status FROM incidents WHERE incidents.incident_id = outbox.storm_id) = 'open' THEN 'held'
  ELSE 'pending' END`;

/** Lets go what none of these holds back. Its wait starts now. The notices of storms go first: others depend on them. */
export function silenceOverStatements(activeIds: readonly string[], nowMs: number): Statement[] {
  return [`category = 'storm'`, `category <> 'storm'`].map((which) => ({
    sql: `UPDATE outbox SET state = ${STATE_WITHOUT_SILENCE}, created_at_ms = ?2, next_attempt_at_ms = ?2,
        last_reason = 'its silence has ended'
      WHERE ${which} AND ${IS_LET_GO}`,
    values: [JSON.stringify(activeIds), nowMs],
  }));
}

/** How many rows that would be, at each destination. */
export function readSilenceOverCounts(
  database: Database,
  activeIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  return readDestinationCounts(database, {
    sql: `SELECT destination, count(*) AS row_count FROM outbox WHERE ${IS_LET_GO} GROUP BY destination`,
    values: [JSON.stringify(activeIds)],
  });
}

/** The silences that hold anything back, those among them that have ended long ago included. */
export async function readSilenceIds(database: Database): Promise<readonly string[]> {
  const rows = await database.read({
    sql: `SELECT DISTINCT silence_id FROM outbox WHERE state = 'silenced'`,
    values: [],
  });
  return rows.map((row) => String(row.silence_id));
}
