// How a queue stands at this moment, in one look: what waits for whom, and since when. Decides nothing.
import type { Database, Row } from '../../collector/extension/storage.ts';
import { IS_SHOWN, isAvailable } from './alert-states.ts';
import { OPERATOR_STATUSES, type OperatorStatus } from './operator-table.ts';

/** Held alerts are not counted: no clock of theirs runs. */
export interface Standing {
  readonly waitingCount: number;
  readonly assignedCount: number;
  readonly acknowledgedCount: number;
  /** Of the alerts that nobody has acknowledged, the one that has waited longest. Absent when there is none. */
  readonly oldestWaitingSinceMs?: number;
  /** Of the alerts that are assigned and not acknowledged, the one assigned first. */
  readonly firstAssignedAtMs?: number;
  /** Assigned, not acknowledged, and its operator is not available any more. */
  readonly unattendedCount: number;
  /** Waited too long and were counted as such; nobody has acknowledged them yet. */
  readonly missedCount: number;
  /** Of those that were not counted yet, the one that has waited longest. */
  readonly nextToMissSinceMs?: number;
  readonly operatorCounts: Readonly<Record<OperatorStatus, number>>;
  /** When the next operator is done wrapping up. */
  readonly nextAvailableAtMs?: number;
  /** Resolved alerts of which the time that they took has not been recorded. */
  readonly hasUntimed: boolean;
}

const ALERTS = `SELECT
    count(*) FILTER (WHERE assigned_to IS NULL AND acknowledged_at_ms IS NULL) AS waiting,
    count(*) FILTER (WHERE assigned_to IS NOT NULL AND acknowledged_at_ms IS NULL) AS assigned,
    count(*) FILTER (WHERE acknowledged_at_ms IS NOT NULL) AS acknowledged,
    min(waiting_since_ms) FILTER (WHERE acknowledged_at_ms IS NULL) AS oldest_waiting,
    min(assigned_at_ms) FILTER (WHERE acknowledged_at_ms IS NULL) AS first_assigned,
    count(*) FILTER (WHERE assigned_to IS NOT NULL AND acknowledged_at_ms IS NULL
      AND NOT ${isAvailable('alerts.assigned_to')}) AS unattended,
    count(*) FILTER (WHERE acknowledged_at_ms IS NULL AND hold_missed_at_ms IS NOT NULL) AS missed,
    min(waiting_since_ms) FILTER (WHERE acknowledged_at_ms IS NULL AND hold_missed_at_ms IS NULL) AS next_to_miss
  FROM alerts INDEXED BY alerts_by_turn WHERE queue = ?1 AND ${IS_SHOWN}`;

const OPERATORS = `SELECT ${OPERATOR_STATUSES.map(
  (status) => `count(*) FILTER (WHERE status = '${status}') AS ${status}`,
).join(', ')},
    min(available_since_ms) FILTER (WHERE available_since_ms > ?2) AS next_available
  FROM operators WHERE queue = ?1`;

const UNTIMED = `SELECT EXISTS (SELECT 1 FROM alerts WHERE queue = ?1 AND status = 'resolved' AND is_timed = 0) AS untimed`;

export async function readStanding(database: Database, queue: string, nowMs: number): Promise<Standing> {
  const [row = {}] = await database.read({
    sql: `SELECT * FROM (${ALERTS}), (${OPERATORS}), (${UNTIMED})`,
    values: [queue, nowMs],
  });
  return {
    waitingCount: Number(row.waiting),
    assignedCount: Number(row.assigned),
    acknowledgedCount: Number(row.acknowledged),
    ...timeOf(row, 'oldest_waiting', 'oldestWaitingSinceMs'),
    ...timeOf(row, 'first_assigned', 'firstAssignedAtMs'),
    unattendedCount: Number(row.unattended),
    missedCount: Number(row.missed),
    ...timeOf(row, 'next_to_miss', 'nextToMissSinceMs'),
    operatorCounts: {
      available: Number(row.available),
      away: Number(row.away),
      not_responding: Number(row.not_responding),
    },
    ...timeOf(row, 'next_available', 'nextAvailableAtMs'),
    hasUntimed: row.untimed === 1,
  };
}

function timeOf<Name extends string>(row: Row, column: string, name: Name): Partial<Record<Name, number>> {
  const value = row[column];
  return value == null ? {} : ({ [name]: Number(value) } as Record<Name, number>);
}
