// The alerts of a queue that nobody has acknowledged, as the escalator asks for them.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import type { EscalationSource, StillWaiting, WaitingAlert } from '../escalation/source.ts';
import type { Reason, Severity } from '../transition/transition.ts';
import { BY_TURN, IS_UNACKNOWLEDGED } from './alert-states.ts';

/** What tells of troubles of delivery is itself such a trouble when it waits: it is not told of again. */
const CAN_ESCALATE = `queue = ?1 AND ${IS_UNACKNOWLEDGED} AND category <> 'delivery'`;

export class UnacknowledgedAlerts implements EscalationSource {
  readonly sourceId: string;
  readonly #database: Database;

  constructor(database: Database, queue: string) {
    this.sourceId = queue;
    this.#database = database;
  }

  async readDue(query: {
    readonly step: number;
    readonly beforeMs: number;
    readonly limit: number;
  }): Promise<readonly WaitingAlert[]> {
    const rows = await this.#database.read({
      sql: `SELECT incident_id, session_id, severity, reasons_json, environment, waiting_since_ms FROM alerts
        WHERE ${CAN_ESCALATE} AND escalated_steps = ?2 AND waiting_since_ms <= ?3 ORDER BY ${BY_TURN} LIMIT ?4`,
      values: [this.sourceId, query.step, query.beforeMs, query.limit],
    });
    return rows.map(waitingAlertOf);
  }

  markStatements(alerts: readonly WaitingAlert[], step: number): readonly Statement[] {
    return [
      {
        sql: `UPDATE alerts SET escalated_steps = max(escalated_steps, ?2)
          WHERE queue = ?1 AND incident_id IN (SELECT value FROM json_each(?3))`,
        values: [this.sourceId, step + 1, JSON.stringify(alerts.map(({ ref }) => ref))],
      },
    ];
  }

  async readStillWaiting(): Promise<StillWaiting> {
    const [row] = await this.#database.read({
      sql: `SELECT count(*) AS waiting, min(waiting_since_ms) AS oldest FROM alerts
        WHERE ${CAN_ESCALATE} AND escalated_steps > 0`,
      values: [this.sourceId],
    });
    return {
      count: Number(row?.waiting ?? 0),
      ...(row?.oldest != null && { oldestSinceMs: Number(row.oldest) }),
    };
  }
}

function waitingAlertOf(row: Row): WaitingAlert {
  return {
    ref: String(row.incident_id),
    incidentId: String(row.incident_id),
    subject: String(row.session_id),
    severity: String(row.severity) as Severity,
    reasons: JSON.parse(String(row.reasons_json)) as readonly Reason[],
    waitingSinceMs: Number(row.waiting_since_ms),
    cause: 'unacknowledged',
    environment: String(row.environment),
  };
}
