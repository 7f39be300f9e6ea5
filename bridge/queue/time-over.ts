// What is done and counted when a time of the queue is over: each alert once, also over restarts, by a mark in its row.
import type { Database } from '../../collector/extension/storage.ts';
import { IS_UNACKNOWLEDGED } from './alert-states.ts';
import { missedStatement, takeBackStatement } from './operator-table.ts';
import type { QueueInstruments } from './queue-instruments.ts';

/** What is recorded in one go. */
const LIMIT = 1_000;

/** Alerts that have waited for all of `max_hold`: since `sinceMs` or longer. */
export async function countMissed(
  database: Database,
  queue: string,
  nowMs: number,
  sinceMs: number,
  instruments: QueueInstruments,
): Promise<void> {
  const isMissed = `${IS_UNACKNOWLEDGED} AND hold_missed_at_ms IS NULL AND waiting_since_ms <= ?2`;
  const rows = await database.read({
    sql: `SELECT incident_id FROM alerts WHERE queue = ?1 AND ${isMissed} LIMIT ${LIMIT}`,
    values: [queue, sinceMs],
  });
  // One that was acknowledged in between had waited too long, too.
  await database.commit([
    {
      sql: `UPDATE alerts SET hold_missed_at_ms = ?3 WHERE queue = ?1 AND waiting_since_ms <= ?2
        AND incident_id IN (SELECT value FROM json_each(?4))`,
      values: [queue, sinceMs, nowMs, JSON.stringify(rows.map(({ incident_id }) => incident_id))],
    },
  ]);
  instruments.missed(rows.length, 'hold');
}

/** Takes alerts from those who were given them until `assignedBeforeMs` and have not acknowledged them, or aren't there. */
export async function takeBackMissed(
  database: Database,
  queue: string,
  nowMs: number,
  assignedBeforeMs: number,
  instruments: QueueInstruments,
): Promise<void> {
  const [row] = await database.read({
    sql: `SELECT count(*) AS missed FROM alerts WHERE queue = ?1 AND ${IS_UNACKNOWLEDGED}
      AND assigned_to IS NOT NULL AND assigned_at_ms <= ?2`,
    values: [queue, assignedBeforeMs],
  });
  await database.commit([missedStatement(queue, nowMs, assignedBeforeMs), takeBackStatement(queue, nowMs)]);
  instruments.missed(Number(row?.missed ?? 0), 'acknowledge');
}

/** Of alerts that have been resolved: how long it took. */
export async function recordResolved(
  database: Database,
  queue: string,
  instruments: QueueInstruments,
): Promise<void> {
  const isUntimed = `status = 'resolved' AND is_timed = 0`;
  const rows = await database.read({
    sql: `SELECT incident_id, coalesce(reopened_at_ms, opened_at_ms) AS since_ms, resolved_at_ms, resolved_by
      FROM alerts WHERE queue = ?1 AND ${isUntimed} LIMIT ${LIMIT}`,
    values: [queue],
  });
  await database.commit([
    {
      sql: `UPDATE alerts SET is_timed = 1 WHERE queue = ?1 AND ${isUntimed}
        AND incident_id IN (SELECT value FROM json_each(?2))`,
      values: [queue, JSON.stringify(rows.map(({ incident_id }) => incident_id))],
    },
  ]);
  for (const { since_ms, resolved_at_ms, resolved_by } of rows) {
    instruments.resolved(
      Number(resolved_at_ms) - Number(since_ms),
      resolved_by == null ? 'recovery' : 'operator',
    );
  }
}
