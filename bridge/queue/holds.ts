// What a storm or a silence holds back comes into the queue when nothing holds it any longer. A storm lets its survivors
// go in its own commit; here is what no commit tells: a silence that has ended, a storm that this queue doesn't know of.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import type { Silencer } from '../outbox/silencer.ts';
import { IS_HELD, WAIT_ANEW } from './alert-states.ts';

/**
 * A storm stands in for its members while it is open, and has an alert of its own in the queue: one that never got as
 * severe as `min_severity` has none.
 */
const STORM_STANDS = `EXISTS (SELECT 1 FROM alerts AS storm JOIN incidents USING (incident_id)
  WHERE storm.queue = ?1 AND storm.incident_id = alerts.storm_id AND incidents.status = 'open')`;

const IS_LEFT_BY_STORM = `storm_id IS NOT NULL AND NOT ${STORM_STANDS}`;

/** Frees what nothing holds any longer. */
export async function freeHeldAlerts(
  database: Database,
  queue: string,
  silencers: readonly Silencer[],
  nowMs: number,
): Promise<void> {
  const rows = await database.read({
    sql: `SELECT silence_id, max(${IS_LEFT_BY_STORM}) AS is_left FROM alerts INDEXED BY alerts_held
      WHERE queue = ?1 AND ${IS_HELD} GROUP BY silence_id`,
    values: [queue],
  });
  const ended = rows
    .filter(({ silence_id }) => silence_id != null && !isActive(silencers, String(silence_id), nowMs))
    .map(({ silence_id }) => String(silence_id));
  const statements: Statement[] = [];
  if (ended.length > 0) {
    statements.push({
      sql: `UPDATE alerts SET silence_id = NULL, ${WAIT_ANEW} WHERE queue = ?1 AND ${IS_HELD}
        AND silence_id IN (SELECT value FROM json_each(?3))`,
      values: [queue, nowMs, JSON.stringify(ended)],
    });
  }
  if (rows.some(({ is_left }) => is_left === 1)) {
    statements.push({
      sql: `UPDATE alerts SET storm_id = NULL, ${WAIT_ANEW} WHERE queue = ?1 AND ${IS_HELD} AND ${IS_LEFT_BY_STORM}`,
      values: [queue, nowMs],
    });
  }
  if (statements.length > 0) await database.commit(statements);
}

function isActive(silencers: readonly Silencer[], silenceId: string, nowMs: number): boolean {
  return silencers.some((silencer) => silencer.isActive(silenceId, nowMs));
}
