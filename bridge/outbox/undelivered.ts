// The outbox as a person asks of it, in SQL: what has not been delivered and why, what was attempted, and what is to be
// sent once more.
import type { Database, Row, SqlValue, Statement } from '../../collector/extension/storage.ts';
import { COLUMNS, outboxRow, type OutboxRow, type OutboxState } from './outbox-store.ts';

export type UndeliveredState = Exclude<OutboxState, 'delivered'>;

/** What `outbox ls` can be asked for. */
export const UNDELIVERED_STATES: readonly UndeliveredState[] = [
  'pending',
  'held',
  'listed',
  'silenced',
  'dead',
];

/** What may yet be sent, and what was given up. What is listed has been told of; what is silenced is not wanted now. */
const STATES_BY_DEFAULT: readonly UndeliveredState[] = ['pending', 'held', 'dead'];

/** Which rows. What is absent excludes none. */
export interface RowChoice {
  readonly rowId?: number;
  readonly destination?: string;
  /** Decided then or later. */
  readonly sinceMs?: number;
  /** Decided before. */
  readonly untilMs?: number;
}

export interface UndeliveredRow extends OutboxRow {
  readonly decidedAtMs: number;
  /** The subject of the storm that holds it, or tells of it. */
  readonly storm?: string;
  readonly silenceId?: string;
}

const IS_CHOSEN = `(?1 IS NULL OR row_id = ?1) AND (?2 IS NULL OR destination = ?2)
  AND (?3 IS NULL OR decided_at_ms >= ?3) AND (?4 IS NULL OR decided_at_ms < ?4)`;

function chosen({ rowId, destination, sinceMs, untilMs }: RowChoice): readonly SqlValue[] {
  return [rowId ?? null, destination ?? null, sinceMs ?? null, untilMs ?? null];
}

/** Those that were decided first come first. */
export async function readUndelivered(
  database: Database,
  limit: number,
  choice: RowChoice & { readonly states?: readonly UndeliveredState[] } = {},
): Promise<readonly UndeliveredRow[]> {
  const states = choice.states ?? STATES_BY_DEFAULT;
  const rows = await database.read({
    sql: `SELECT ${COLUMNS}, decided_at_ms, silence_id, storm_id,
        (SELECT subject FROM incidents WHERE incidents.incident_id = outbox.storm_id) AS storm
      FROM outbox WHERE state IN (SELECT value FROM json_each(?5)) AND ${IS_CHOSEN}
      ORDER BY decided_at_ms, row_id LIMIT ?6`,
    values: [...chosen(choice), JSON.stringify(states), limit],
  });
  return rows.map(undeliveredRow);
}

/**
 * Makes pending and dead rows due now, with a fresh count of attempts. A dead one begins a new life: its wait starts now,
 * and it may be escalated again (bridge/escalation/outbox-source.ts has the signs). Of an incident they go in order; what
 * was delivered meanwhile is not sent again.
 */
export function redriveStatement(choice: RowChoice, nowMs: number): Statement {
  return {
    sql: `UPDATE outbox SET state = 'pending', next_attempt_at_ms = ?5, attempt_count = 0, conflict_count = 0,
        created_at_ms = CASE state WHEN 'dead' THEN ?5 ELSE created_at_ms END,
        escalated_steps = CASE state WHEN 'dead' THEN -abs(escalated_steps) ELSE escalated_steps END,
        settled_at_ms = NULL
      WHERE state IN ('pending', 'dead') AND ${IS_CHOSEN}`,
    values: [...chosen(choice), nowMs],
  };
}

/** One attempt as it was written down. */
export interface LoggedAttempt {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: string;
  readonly status?: number;
  readonly reason: string;
  /** The first bytes of the answer. */
  readonly excerpt?: string;
}

/** In their order; undefined when there is no such row. */
export async function readAttempts(
  database: Database,
  rowId: number,
): Promise<readonly LoggedAttempt[] | undefined> {
  const rows = await database.read({
    sql: `SELECT attempts.* FROM outbox LEFT JOIN attempts USING (row_id) WHERE row_id = ?
      ORDER BY started_at_ms, attempt_id`,
    values: [rowId],
  });
  if (rows.length === 0) return undefined;
  return rows.filter((row) => row.attempt_id !== null).map(loggedAttempt);
}

function undeliveredRow(row: Row): UndeliveredRow {
  const storm = row.storm ?? row.storm_id;
  return {
    ...outboxRow(row),
    decidedAtMs: Number(row.decided_at_ms),
    ...(typeof storm === 'string' && { storm }),
    ...(row.silence_id !== null && { silenceId: String(row.silence_id) }),
  };
}

function loggedAttempt(row: Row): LoggedAttempt {
  return {
    startedAtMs: Number(row.started_at_ms),
    durationMs: Number(row.duration_ms),
    outcome: String(row.outcome),
    reason: String(row.reason),
    ...(row.status !== null && { status: Number(row.status) }),
    ...(row.excerpt !== null && { excerpt: String(row.excerpt) }),
  };
}
