// The alerts of local queues: one row per incident and queue, written in the commit of the transition itself, so that an
// alert is there the moment its sample is acknowledged, whatever the state of any network.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import { metricsBody } from '../transition/metrics-body.ts';
import type { Transition } from '../transition/transition.ts';

/** Safe to run at every start. */
export const CREATE_ALERTS: readonly Statement[] = [
  {
    sql: `CREATE TABLE IF NOT EXISTS alerts (
      queue TEXT NOT NULL,
      incident_id TEXT NOT NULL,
      incident_key TEXT NOT NULL,
      category TEXT NOT NULL,
      session_id TEXT NOT NULL,
      agent_id TEXT,
      severity TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
      sequence INTEGER NOT NULL,
      environment TEXT NOT NULL,
      reasons_json TEXT NOT NULL,
      notes TEXT NOT NULL,
      opened_at_ms INTEGER NOT NULL,
      updated_at_ms INTEGER NOT NULL,
      resolved_at_ms INTEGER,
      PRIMARY KEY (queue, incident_id)
    ) STRICT, WITHOUT ROWID`,
    values: [],
  },
  { sql: 'CREATE INDEX IF NOT EXISTS alerts_by_age ON alerts (queue, opened_at_ms)', values: [] },
];

export type AlertStatus = 'open' | 'resolved';

/** An alert as the queue's API shows it. */
export interface Alert {
  readonly incident_id: string;
  readonly incident_key: string;
  readonly incident_category: string;
  readonly session_id: string;
  readonly agent_id?: string;
  readonly severity: string;
  readonly status: AlertStatus;
  /** ISO 8601. */
  readonly opened_at: string;
  readonly updated_at: string;
  readonly resolved_at?: string;
  readonly environment: string;
  readonly reasons: unknown;
  /** The metrics as a JSON string: the guide's `notes`. */
  readonly notes: string;
}

/** Brings the incident's alert to where the transition leaves it. An older transition never undoes a newer one. */
export function alertStatement(queue: string, transition: Transition): Statement {
  const isOver = transition.kind === 'recovered' || transition.kind === 'ended';
  return {
    sql: `INSERT INTO alerts (queue, incident_id, incident_key, category, session_id, agent_id, severity, status,
        sequence, environment, reasons_json, notes, opened_at_ms, updated_at_ms, resolved_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (queue, incident_id) DO UPDATE SET severity = excluded.severity, status = excluded.status,
        sequence = excluded.sequence, reasons_json = excluded.reasons_json, notes = excluded.notes,
        updated_at_ms = excluded.updated_at_ms, resolved_at_ms = excluded.resolved_at_ms
      WHERE excluded.sequence > sequence`,
    values: [
      queue,
      transition.incidentId,
      transition.incidentKey,
      transition.category,
      transition.subject,
      transition.agentId ?? null,
      transition.severity,
      isOver ? 'resolved' : 'open',
      transition.sequence,
      transition.environment,
      JSON.stringify(transition.reasons),
      JSON.stringify(metricsBody(transition.currentMetrics)),
      transition.decidedAtMs,
      transition.decidedAtMs,
      isOver ? transition.decidedAtMs : null,
    ],
  };
}

/** Newest first. */
export async function readAlerts(
  database: Database,
  queue: string,
  query: { readonly status: AlertStatus | undefined; readonly limit: number },
): Promise<readonly Alert[]> {
  const rows = await database.read({
    sql: `SELECT * FROM alerts WHERE queue = ? AND (? IS NULL OR status = ?)
      ORDER BY opened_at_ms DESC, incident_id LIMIT ?`,
    values: [queue, query.status ?? null, query.status ?? null, query.limit],
  });
  return rows.map(alertOf);
}

/** Resolved alerts are kept for a while, open ones until they are resolved. */
export function removeOldAlerts(queue: string, beforeMs: number): Statement {
  return {
    sql: `DELETE FROM alerts WHERE queue = ? AND status = 'resolved' AND updated_at_ms < ?`,
    values: [queue, beforeMs],
  };
}

function alertOf(row: Row): Alert {
  return {
    incident_id: String(row.incident_id),
    incident_key: String(row.incident_key),
    incident_category: String(row.category),
    session_id: String(row.session_id),
    ...(row.agent_id !== null && { agent_id: String(row.agent_id) }),
    severity: String(row.severity),
    status: String(row.status) as AlertStatus,
    opened_at: isoTime(row.opened_at_ms),
    updated_at: isoTime(row.updated_at_ms),
    ...(row.resolved_at_ms !== null && { resolved_at: isoTime(row.resolved_at_ms) }),
    environment: String(row.environment),
    reasons: JSON.parse(String(row.reasons_json)) as unknown,
    notes: String(row.notes),
  };
}

function isoTime(ms: unknown): string {
  return new Date(Number(ms)).toISOString();
}
