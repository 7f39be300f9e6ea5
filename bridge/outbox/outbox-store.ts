// The outbox as its users ask of it, in SQL. No decisions here: what to write and when is said by others.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import type { Outcome } from '../delivery/outcome.ts';
import {
  severityRank,
  type Severity,
  type Transition,
  type TransitionKind,
} from '../transition/transition.ts';

export type OutboxState = 'pending' | 'delivered' | 'dead';

/** One transition on its way to one destination. */
export interface OutboxRow {
  readonly rowId: number;
  readonly destination: string;
  readonly incidentId: string;
  readonly sequence: number;
  readonly kind: TransitionKind;
  readonly subject: string;
  readonly severity: Severity;
  readonly idempotencyKey: string;
  /** Rendered once; sent unchanged at each attempt. */
  readonly body: string;
  readonly state: OutboxState;
  readonly attemptCount: number;
  /** How often the destination has said that the key is taken. */
  readonly conflictCount: number;
  readonly createdAtMs: number;
  readonly nextAttemptAtMs: number;
  readonly lastReason?: string;
}

/** One attempt, for the delivery log. */
export interface AttemptRecord {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly status?: number;
  /** The first bytes of the answer. */
  readonly excerpt?: string;
  /** What of the row's body is still to be sent, when some of its requests were delivered before one failed. */
  readonly remainingBody?: string;
}

/** What becomes of a row after an attempt. */
export type Settlement =
  | { readonly state: 'delivered' }
  | { readonly state: 'dead' }
  | {
      readonly state: 'pending';
      readonly nextAttemptAtMs: number;
      readonly isConflict?: boolean;
      readonly body?: string;
    };

/** The columns that `outboxRow` reads. */
export const COLUMNS = `row_id, destination, incident_id, sequence, kind, subject, severity, idempotency_key, body, state,
  attempt_count, conflict_count, created_at_ms, next_attempt_at_ms, last_reason`;

/** Statements that store a transition: twice is the same as once, also when a later one has come in between. */
export function transitionStatements(transition: Transition): Statement[] {
  const { incidentId, incidentKey, category, subject, severity, kind, sequence, decidedAtMs } = transition;
  const status = kind === 'recovered' || kind === 'ended' ? 'closed' : 'open';
  return [
    {
      sql: `INSERT INTO transitions (idempotency_key, incident_id, sequence, decided_at_ms, transition_json)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      values: [transition.idempotencyKey, incidentId, sequence, decidedAtMs, JSON.stringify(transition)],
    },
    {
      sql: `INSERT INTO incidents
          (incident_id, incident_key, category, subject, severity, status, opened_at_ms, updated_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (incident_id) DO UPDATE SET severity = excluded.severity, status = excluded.status,
          updated_at_ms = excluded.updated_at_ms
        WHERE NOT EXISTS (SELECT 1 FROM transitions WHERE incident_id = excluded.incident_id AND sequence > ?)`,
      values: [
        incidentId,
        incidentKey,
        category,
        subject,
        severity,
        status,
        decidedAtMs,
        decidedAtMs,
        sequence,
      ],
    },
  ];
}

/** The statement that puts a transition on its way to a destination: twice is the same as once. */
export function rowStatement(destination: string, transition: Transition, body: string): Statement {
  const { incidentId, sequence, kind, subject, severity, idempotencyKey, decidedAtMs } = transition;
  return {
    sql: `INSERT INTO outbox (destination, incident_id, sequence, kind, subject, severity, severity_rank,
        idempotency_key, body, state, created_at_ms, next_attempt_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT DO NOTHING`,
    values: [
      destination,
      incidentId,
      sequence,
      kind,
      subject,
      severity,
      severityRank(severity),
      idempotencyKey,
      body,
      decidedAtMs,
      decidedAtMs,
    ],
  };
}

export function settleStatements(
  row: OutboxRow,
  attempt: AttemptRecord,
  settlement: Settlement,
): Statement[] {
  const { outcome, status, excerpt, startedAtMs, durationMs } = attempt;
  const log: Statement = {
    sql: `INSERT INTO attempts (row_id, started_at_ms, duration_ms, outcome, status, reason, excerpt)
      SELECT row_id, ?, ?, ?, ?, ?, ? FROM outbox WHERE row_id = ?`,
    values: [
      startedAtMs,
      durationMs,
      outcome.kind,
      status ?? null,
      outcome.reason,
      excerpt ?? null,
      row.rowId,
    ],
  };
  if (settlement.state !== 'pending') {
    // What is redriven from the dead letters is what has not been delivered.
    const settle: Statement = {
      sql: `UPDATE outbox SET state = ?1, attempt_count = attempt_count + 1, settled_at_ms = ?2, last_reason = ?3,
        body = CASE ?1 WHEN 'dead' THEN ?4 ELSE body END WHERE row_id = ?5`,
      values: [settlement.state, startedAtMs + durationMs, outcome.reason, row.body, row.rowId],
    };
    return [settle, log];
  }
  const retry: Statement = {
    sql: `UPDATE outbox SET attempt_count = attempt_count + 1, conflict_count = conflict_count + ?,
        next_attempt_at_ms = ?, last_reason = ?, body = ? WHERE row_id = ?`,
    values: [
      settlement.isConflict === true ? 1 : 0,
      settlement.nextAttemptAtMs,
      outcome.reason,
      settlement.body ?? row.body,
      row.rowId,
    ],
  };
  return [retry, log];
}

/** How many rows `retentionStatements` would give up. */
export async function readExpiredCount(database: Database, beforeMs: number): Promise<number> {
  const [row] = await database.read({
    sql: `SELECT count(*) AS expired FROM outbox WHERE state = 'pending' AND created_at_ms < ?`,
    values: [beforeMs],
  });
  return Number(row?.expired ?? 0);
}

/** Rows that have waited longer than the retention become dead letters; what was settled that long ago is removed. */
export function retentionStatements(beforeMs: number, nowMs: number): Statement[] {
  return [
    {
      sql: `UPDATE outbox SET state = 'dead', settled_at_ms = ?, last_reason = 'not delivered within the retention'
        WHERE state = 'pending' AND created_at_ms < ?`,
      values: [nowMs, beforeMs],
    },
    {
      sql: `DELETE FROM outbox WHERE state = 'delivered' AND settled_at_ms < ?`,
      values: [beforeMs],
    },
    {
      sql: `DELETE FROM transitions WHERE decided_at_ms < ? AND incident_id IN
        (SELECT incident_id FROM incidents WHERE status = 'closed' AND updated_at_ms < ?)`,
      values: [beforeMs, beforeMs],
    },
    {
      sql: `DELETE FROM incidents WHERE status = 'closed' AND updated_at_ms < ?
        AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.incident_id = incidents.incident_id)`,
      values: [beforeMs],
    },
  ];
}

/** What has not been delivered: pending and dead rows, oldest first. */
export async function readUndelivered(database: Database, limit: number): Promise<readonly OutboxRow[]> {
  const rows = await database.read({
    sql: `SELECT ${COLUMNS} FROM outbox WHERE state IN ('pending', 'dead') ORDER BY created_at_ms, row_id LIMIT ?`,
    values: [limit],
  });
  return rows.map(outboxRow);
}

/** Makes undelivered rows due now, dead ones too, with a fresh count of attempts. */
export function redriveStatement(
  select: { readonly rowId?: number; readonly destination?: string },
  nowMs: number,
): Statement {
  return {
    sql: `UPDATE outbox SET state = 'pending', next_attempt_at_ms = ?, attempt_count = 0, conflict_count = 0,
        created_at_ms = CASE state WHEN 'dead' THEN ? ELSE created_at_ms END, settled_at_ms = NULL
      WHERE state IN ('pending', 'dead') AND (? IS NULL OR row_id = ?) AND (? IS NULL OR destination = ?)`,
    values: [
      nowMs,
      nowMs,
      select.rowId ?? null,
      select.rowId ?? null,
      select.destination ?? null,
      select.destination ?? null,
    ],
  };
}

export function outboxRow(row: Row): OutboxRow {
  return {
    rowId: Number(row.row_id),
    destination: String(row.destination),
    incidentId: String(row.incident_id),
    sequence: Number(row.sequence),
    kind: String(row.kind) as TransitionKind,
    subject: String(row.subject),
    severity: String(row.severity) as Severity,
    idempotencyKey: String(row.idempotency_key),
    body: String(row.body),
    state: String(row.state) as OutboxState,
    attemptCount: Number(row.attempt_count),
    conflictCount: Number(row.conflict_count),
    createdAtMs: Number(row.created_at_ms),
    nextAttemptAtMs: Number(row.next_attempt_at_ms),
    ...(row.last_reason !== null && { lastReason: String(row.last_reason) }),
  };
}
