// The operators of local queues: people who come and go, and get alerts while they are available. Ids and names are what
// the user calls them, and are shown by the queue's API only.
import type { Database, Row, SqlValue, Statement } from '../../collector/extension/storage.ts';
import { IS_UNACKNOWLEDGED, isAvailable, TAKE_FROM_OPERATOR } from './alert-states.ts';

/** `not_responding`: didn't acknowledge an alert in time, and gets no other one until they say that they are available. */
export const OPERATOR_STATUSES = ['available', 'away', 'not_responding'] as const;

export type OperatorStatus = (typeof OPERATOR_STATUSES)[number];

/** How many operators one queue can have. */
export const MAX_OPERATORS = 1_000;

export interface Operator {
  readonly operatorId: string;
  readonly name?: string;
  readonly skills: readonly string[];
  readonly status: OperatorStatus;
  /** Wall clock; in the future while wrapping up. Absent when not available. */
  readonly availableSinceMs?: number;
  /** Alerts that are theirs and not resolved. */
  readonly alertCount: number;
}

export interface OperatorEntry {
  readonly operatorId: string;
  readonly name: string | undefined;
  readonly skills: readonly string[];
  readonly status: 'available' | 'away';
}

const READ = `SELECT *, (SELECT count(*) FROM alerts WHERE alerts.queue = operators.queue
    AND alerts.assigned_to = operators.operator_id AND alerts.status = 'open') AS alert_count
  FROM operators WHERE queue = ?1`;

export async function readOperators(database: Database, queue: string): Promise<readonly Operator[]> {
  const rows = await database.read({ sql: `${READ} ORDER BY operator_id`, values: [queue] });
  return rows.map(operatorOf);
}

export async function readOperator(
  database: Database,
  queue: string,
  operatorId: string,
): Promise<Operator | undefined> {
  const rows = await database.read({ sql: `${READ} AND operator_id = ?2`, values: [queue, operatorId] });
  return rows[0] && operatorOf(rows[0]);
}

/**
 * Who was available stays so since then: saying it again costs nobody their turn. A new operator is not stored when there
 * are `MAX_OPERATORS`.
 */
export function putOperatorStatement(
  queue: string,
  { operatorId, name, skills, status }: OperatorEntry,
  nowMs: number,
): Statement {
  return {
    sql: `INSERT INTO operators (queue, operator_id, name, skills_json, status, available_since_ms)
      SELECT ?1, ?3, ?4, ?5, ?6, CASE ?6 WHEN 'available' THEN ?2 END
      WHERE ${isKnown('?3')} OR (SELECT count(*) FROM operators WHERE queue = ?1) < ${MAX_OPERATORS}
      ON CONFLICT (queue, operator_id) DO UPDATE SET name = excluded.name, skills_json = excluded.skills_json,
        available_since_ms = CASE WHEN excluded.status = status THEN available_since_ms ELSE excluded.available_since_ms END,
        status = excluded.status`,
    values: [queue, nowMs, operatorId, name ?? null, JSON.stringify(skills), status],
  };
}

/** Whatever was theirs goes back to the queue, also what they had acknowledged. */
export function removeOperatorStatements(
  queue: string,
  operatorId: string,
  nowMs: number,
): readonly Statement[] {
  return [
    { sql: 'DELETE FROM operators WHERE queue = ? AND operator_id = ?', values: [queue, operatorId] },
    {
      sql: `UPDATE alerts SET ${TAKE_FROM_OPERATOR} WHERE queue = ?1 AND assigned_to = ?3 AND status = 'open'`,
      values: [queue, nowMs, operatorId],
    },
  ];
}

/** Who was given an alert until `assignedBeforeMs` and has not acknowledged it is not responding. */
export function missedStatement(queue: string, nowMs: number, assignedBeforeMs: number): Statement {
  return {
    sql: `UPDATE operators SET status = 'not_responding', available_since_ms = NULL
      WHERE queue = ?1 AND status = 'available' AND operator_id IN (SELECT assigned_to FROM alerts
        WHERE queue = ?1 AND assigned_to IS NOT NULL AND assigned_at_ms <= ?3 AND ${IS_UNACKNOWLEDGED})`,
    values: [queue, nowMs, assignedBeforeMs],
  };
}

/** An alert must not wait for somebody who isn't there. What was acknowledged stays with its operator. */
export function takeBackStatement(queue: string, nowMs: number): Statement {
  return {
    sql: `UPDATE alerts SET ${TAKE_FROM_OPERATOR} WHERE queue = ?1 AND assigned_to IS NOT NULL
      AND ${IS_UNACKNOWLEDGED} AND NOT ${isAvailable('alerts.assigned_to')}`,
    values: [queue, nowMs],
  };
}

/**
 * An operator who is done with an alert is available from `availableSinceMs` on. `selectIds` gives their ids; it may use
 * `values`, the first of which is the queue.
 */
export function wrapUpStatement(
  selectIds: string,
  values: readonly SqlValue[],
  availableSinceMs: number,
): Statement {
  return {
    sql: `UPDATE operators SET available_since_ms = ?${values.length + 1}
      WHERE queue = ?1 AND status = 'available' AND operator_id IN (${selectIds})`,
    values: [...values, availableSinceMs],
  };
}

/** Whether there is an operator of that parameter's id. */
export function isKnown(operator: string): string {
  return `EXISTS (SELECT 1 FROM operators AS known WHERE known.queue = ?1 AND known.operator_id = ${operator})`;
}

function operatorOf(row: Row): Operator {
  return {
    operatorId: String(row.operator_id),
    ...(row.name != null && { name: String(row.name) }),
    skills: JSON.parse(String(row.skills_json)) as readonly string[],
    status: String(row.status) as OperatorStatus,
    ...(row.available_since_ms != null && { availableSinceMs: Number(row.available_since_ms) }),
    alertCount: Number(row.alert_count),
  };
}
