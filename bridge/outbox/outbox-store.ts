// The outbox as its users ask of it, in SQL. No decisions here: what to write and when is said by others.
import type { Row, Statement } from '../../collector/extension/storage.ts';
import type { Outcome } from '../delivery/outcome.ts';
import {
  isOver,
  severityRank,
  type IncidentCategory,
  type Severity,
  type Transition,
  type TransitionKind,
} from '../transition/transition.ts';
import { LISTED_UNDER_STORM, settledNoticeStatements, STATE_UNDER_STORM } from './storm-holds.ts';

export type OutboxState =
  /** To be sent when its turn comes. */
  | 'pending'
  /** A storm tells of it in its stead, and its notice has not been delivered yet. */
  | 'held'
  /** The notice of the storm that lists it was delivered. */
  | 'listed'
  /** A silence holds it back. */
  | 'silenced'
  | 'delivered'
  /** The destination will never take it as it is. */
  | 'dead';

/** One transition on its way to one destination. */
export interface OutboxRow {
  readonly rowId: number;
  readonly destination: string;
  readonly incidentId: string;
  readonly sequence: number;
  readonly kind: TransitionKind;
  readonly category: IncidentCategory;
  readonly subject: string;
  readonly severity: Severity;
  readonly idempotencyKey: string;
  /** Rendered once; sent unchanged at each attempt. */
  readonly body: string;
  readonly state: OutboxState;
  readonly attemptCount: number;
  /** How often the destination has said that the key is taken. */
  readonly conflictCount: number;
  /** Since when it waits: it was decided then, or let go by a storm or a silence, or redriven. */
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
export const COLUMNS = `row_id, destination, incident_id, sequence, kind, category, subject, severity, idempotency_key, body, state,
  attempt_count, conflict_count, created_at_ms, next_attempt_at_ms, last_reason`;

/** Statements that store a transition: twice is the same as once, also when a later one has come in between. */
export function transitionStatements(transition: Transition): Statement[] {
  const { incidentId, incidentKey, category, subject, severity, kind, sequence, decidedAtMs } = transition;
  const status = isOver(kind) ? 'closed' : 'open';
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

/**
 * The statement that puts a transition on its way to a destination: twice is the same as once. `silenceId` is the
 * silence that holds it back.
 */
export function rowStatement(
  destination: string,
  transition: Transition,
  body: string,
  silenceId?: string,
): Statement {
  const { incidentId, sequence, kind, category, subject, severity, idempotencyKey, decidedAtMs } = transition;
  return {
    sql: `INSERT INTO outbox (destination, incident_id, sequence, kind, category, subject, severity, severity_rank,
        idempotency_key, body, decided_at_ms, created_at_ms, next_attempt_at_ms, storm_id, silence_id, listed_sequence,
        state)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14, ${LISTED_UNDER_STORM},
        CASE WHEN ?14 IS NOT NULL THEN 'silenced' WHEN ?13 IS NULL THEN 'pending' ELSE ${STATE_UNDER_STORM} END)
      ON CONFLICT DO NOTHING`,
    values: [
      destination,
      incidentId,
      sequence,
      kind,
      category,
      subject,
      severity,
      severityRank(severity),
      idempotencyKey,
      body,
      decidedAtMs,
      decidedAtMs,
      transition.stormId ?? null,
      silenceId ?? null,
    ],
  };
}

/**
 * The statements that write down an attempt and what becomes of its row. When that row is the notice of a storm, what the
 * notice stands for is settled by them too: it must never be forgotten.
 */
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
  if (settlement.state === 'pending') return [retryStatement(row, outcome.reason, settlement), log];
  const settledAtMs = startedAtMs + durationMs;
  // What is redriven from the dead letters is what has not been delivered.
  const settle: Statement = {
    sql: `UPDATE outbox SET state = ?1, attempt_count = attempt_count + 1, settled_at_ms = ?2, last_reason = ?3,
      body = CASE ?1 WHEN 'dead' THEN ?4 ELSE body END WHERE row_id = ?5`,
    values: [settlement.state, settledAtMs, outcome.reason, row.body, row.rowId],
  };
  const held = row.category === 'storm' ? settledNoticeStatements(row, settlement.state, settledAtMs) : [];
  return [settle, log, ...held];
}

function retryStatement(
  row: OutboxRow,
  reason: string,
  { isConflict, nextAttemptAtMs, body }: Settlement & { state: 'pending' },
): Statement {
  return {
    sql: `UPDATE outbox SET attempt_count = attempt_count + 1, conflict_count = conflict_count + ?,
        next_attempt_at_ms = ?, last_reason = ?, body = ? WHERE row_id = ?`,
    values: [isConflict === true ? 1 : 0, nextAttemptAtMs, reason, body ?? row.body, row.rowId],
  };
}

export function outboxRow(row: Row): OutboxRow {
  return {
    rowId: Number(row.row_id),
    destination: String(row.destination),
    incidentId: String(row.incident_id),
    sequence: Number(row.sequence),
    kind: String(row.kind) as TransitionKind,
    category: String(row.category) as IncidentCategory,
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
