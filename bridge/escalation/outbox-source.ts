// Of the outbox, in SQL: the alerts that wait too long for one destination, and those that it will never take.
//
// The column `escalated_steps` says what has been told of a row: 0 nothing, k that k steps were taken for it while it
// waited, −k while it was a dead letter. So a row that dies is told of once more, as what it has become, and a dead letter
// that is redriven is one that waits, from the beginning.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import { severityRank, type Reason, type Severity } from '../transition/transition.ts';
import type { EscalationCause, EscalationSource, StillWaiting, WaitingAlert } from './source.ts';

/** A dead letter that is waited for no longer. No escalation has so many steps. */
const LEFT = -1_000;

/** With it a look costs the same whatever the number of rows that have been told of. Safe at every start. */
export const CREATE_ESCALATION_INDEX: Statement = {
  sql: `CREATE INDEX IF NOT EXISTS outbox_by_escalation
    ON outbox (destination, state, escalated_steps, created_at_ms, attempt_count, incident_id)
    WHERE state IN ('pending', 'held', 'dead') AND category <> 'delivery'`,
  values: [],
};

/** An escalation that fails is not escalated: its destination has a health of its own. */
const ROWS = `FROM outbox INDEXED BY outbox_by_escalation
  WHERE destination = ?1 AND state IN ('pending', 'held', 'dead') AND category <> 'delivery'`;
const WAITS = `${ROWS} AND state IN ('pending', 'held')`;
const IS_DEAD = `${ROWS} AND state = 'dead'`;

const LAST_OUTCOME = `(SELECT outcome FROM attempts WHERE attempts.row_id = outbox.row_id
  ORDER BY attempt_id DESC LIMIT 1)`;

/** Of destination ?1, at the time of the query ?2: what the first step is to be taken for. */
const DUE_AT_FIRST = `SELECT row_id ${WAITS} AND escalated_steps = 0 AND created_at_ms <= ?2
  UNION ALL SELECT row_id ${WAITS} AND escalated_steps < 0 AND created_at_ms <= ?2
  UNION ALL SELECT row_id ${IS_DEAD} AND escalated_steps >= 0
  UNION ALL SELECT row_id ${WAITS} AND escalated_steps <= 0 AND created_at_ms > ?2 AND attempt_count > 0
    AND ${LAST_OUTCOME} IN ('credential', 'disabled')`;

/** The same for step ?3. A dead letter waits for it from its death on. */
const DUE_LATER = `SELECT row_id ${WAITS} AND escalated_steps = ?3 AND created_at_ms <= ?2
  UNION ALL SELECT row_id ${IS_DEAD} AND escalated_steps = -?3 AND settled_at_ms <= ?2`;

/** Rows of the same incident that step ?3 was taken for and that still wait: how bad the worst is. */
const TOLD = (
  isTold: string,
) => `(SELECT max(told.severity_rank) FROM outbox AS told INDEXED BY outbox_by_incident
  WHERE told.incident_id = outbox.incident_id AND told.destination = outbox.destination
    AND told.state IN ('pending', 'held', 'dead') AND (${isTold}))`;
const TOLD_AS_DEAD = `told.escalated_steps < -?3 AND told.escalated_steps <> ${LEFT}`;

/** `+ 0`: SQLite prepares a statement anew each time a bare `LIMIT ?` is bound, which costs more than the look itself. */
const DUE = (rowIds: string) => `WITH due AS (SELECT outbox.row_id FROM outbox JOIN (${rowIds}) USING (row_id)
    ORDER BY severity_rank DESC, created_at_ms, row_id LIMIT ?4 + 0)
  SELECT row_id, incident_id, subject, severity, severity_rank, state, created_at_ms,
    transition_json ->> '$.reasons' AS reasons, transition_json ->> '$.environment' AS environment,
    ${LAST_OUTCOME} AS last_outcome, ${TOLD(`told.escalated_steps > ?3 OR ${TOLD_AS_DEAD}`)} AS told_rank,
    ${TOLD(TOLD_AS_DEAD)} AS told_dead_rank
  FROM due JOIN outbox USING (row_id) LEFT JOIN transitions USING (incident_id, sequence, idempotency_key)
  ORDER BY severity_rank DESC, created_at_ms, row_id`;

const IS_TOLD = [`escalated_steps > 0`, `escalated_steps BETWEEN ${LEFT + 1} AND -1`];
const TOLD_OF = (rows: string) =>
  IS_TOLD.map((isTold) => `SELECT incident_id, created_at_ms ${rows} AND ${isTold}`).join(' UNION ALL ');

/** Stops at ?2 rows, where that is not negative; dead letters come last. */
const STILL_WAITING = `WITH undead AS (SELECT * FROM (${TOLD_OF(WAITS)}) LIMIT ?2 + 0),
    is_more_than_dead (value) AS MATERIALIZED (SELECT EXISTS (SELECT 1 FROM undead)),
    dead AS (SELECT * FROM (${TOLD_OF(IS_DEAD)})
      LIMIT iif(?2 >= 0 AND (SELECT value FROM is_more_than_dead), 0, ?2))
  SELECT count(DISTINCT incident_id) AS waiting, min(created_at_ms) AS oldest,
    (SELECT value FROM is_more_than_dead) AS is_more_than_dead
  FROM (SELECT * FROM undead UNION ALL SELECT * FROM dead)`;

export class OutboxEscalationSource implements EscalationSource {
  readonly sourceId: string;
  readonly #database: Database;

  constructor(database: Database, destination: string) {
    this.#database = database;
    this.sourceId = destination;
  }

  async readDue({
    step,
    beforeMs,
    limit,
  }: Parameters<EscalationSource['readDue']>[0]): Promise<readonly WaitingAlert[]> {
    const sql = DUE(step === 0 ? DUE_AT_FIRST : DUE_LATER);
    const rows = await this.#database.read({ sql, values: [this.sourceId, beforeMs, step, limit] });
    return rows.map(waitingAlert);
  }

  markStatements(alerts: readonly WaitingAlert[], step: number): readonly Statement[] {
    const isDead = ({ cause }: WaitingAlert) => cause === 'dead_letter';
    return [
      markStatement(alerts.filter(isDead), -(step + 1)),
      markStatement(
        alerts.filter((alert) => !isDead(alert)),
        step + 1,
      ),
    ];
  }

  async readStillWaiting({ atMost = -1 }: { atMost?: number } = {}): Promise<StillWaiting> {
    const [row] = await this.#database.read({ sql: STILL_WAITING, values: [this.sourceId, atMost] });
    const count = Number(row?.waiting ?? 0);
    const oldest = row?.oldest ?? undefined;
    return {
      count,
      ...(count > 0 && row?.is_more_than_dead === 0 && { isDeadLettersOnly: true }),
      ...(oldest !== undefined && { oldestSinceMs: Number(oldest) }),
    };
  }

  leaveStatements(): readonly Statement[] {
    const sql = `UPDATE outbox SET escalated_steps = ${LEFT}
      WHERE destination = ? AND state = 'dead' AND category <> 'delivery' AND escalated_steps < 0`;
    return [{ sql, values: [this.sourceId] }];
  }
}

function markStatement(alerts: readonly WaitingAlert[], escalatedSteps: number): Statement {
  return {
    sql: 'UPDATE outbox SET escalated_steps = ? WHERE row_id IN (SELECT value FROM json_each(?))',
    values: [escalatedSteps, JSON.stringify(alerts.map(({ ref }) => Number(ref)))],
  };
}

function waitingAlert(row: Row): WaitingAlert {
  const severity = String(row.severity) as Severity;
  const isDead = row.state === 'dead';
  const toldRank = row.told_rank;
  const asBadRank = isDead ? row.told_dead_rank : toldRank;
  const isAsBad = asBadRank !== null && Number(asBadRank) >= severityRank(severity);
  return {
    ref: String(row.row_id),
    incidentId: String(row.incident_id),
    subject: String(row.subject),
    severity,
    reasons: row.reasons === null ? [] : (JSON.parse(String(row.reasons)) as Reason[]),
    waitingSinceMs: Number(row.created_at_ms),
    cause: isDead ? 'dead_letter' : causeOf(row.last_outcome),
    ...(row.environment !== null && { environment: String(row.environment) }),
    ...(toldRank !== null && { told: isAsBad ? 'as_bad' : 'milder' }),
  };
}

function causeOf(lastOutcome: unknown): EscalationCause {
  if (lastOutcome === 'credential') return 'credential_refused';
  return lastOutcome === 'disabled' ? 'destination_gone' : 'undelivered';
}
