// The alerts of local queues as they are read: one row per incident and queue.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import { STATE } from './alert-states.ts';

/** In the order of a life. `open`: it waits for an operator. */
export const ALERT_STATUSES = ['open', 'assigned', 'acknowledged', 'resolved'] as const;

export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** What an operator has written down. */
export interface OperatorNote {
  readonly operator: string;
  readonly text: string;
  /** ISO 8601. */
  readonly added_at: string;
}

/** An alert as the queue's API shows it. Times are ISO 8601. */
export interface Alert {
  readonly incident_id: string;
  readonly incident_key: string;
  readonly incident_category: string;
  readonly session_id: string;
  readonly agent_id?: string;
  readonly severity: string;
  readonly status: AlertStatus;
  readonly opened_at: string;
  /** The last time that it came back after it had been resolved. */
  readonly reopened_at?: string;
  readonly updated_at: string;
  /** Since when it waits to be acknowledged. Absent when it doesn't. */
  readonly waiting_since?: string;
  readonly assigned_to?: string;
  readonly assigned_at?: string;
  /** Who handed it back last. */
  readonly released_by?: string;
  readonly acknowledged_by?: string;
  readonly acknowledged_at?: string;
  readonly resolved_at?: string;
  /** Absent when it was resolved by its own recovery. */
  readonly resolved_by?: string;
  readonly resolution_note?: string;
  readonly environment: string;
  readonly reasons: unknown;
  /** The metrics as a JSON string: the guide's `notes`. */
  readonly notes: string;
  readonly operator_notes: readonly OperatorNote[];
  /** Of a storm, and of a trouble of delivery: what it stands for. */
  readonly group?: unknown;
  /** The storm that tells of it in its stead, … */
  readonly storm_id?: string;
  /** … or the silence that holds it back. */
  readonly silence_id?: string;
}

export interface AlertQuery {
  readonly status: AlertStatus | undefined;
  /** Whether those that a storm or a silence holds back are listed, too. */
  readonly includeHeld: boolean;
  readonly limit: number;
}

/** Newest first. */
export async function readAlerts(
  database: Database,
  queue: string,
  { status, includeHeld, limit }: AlertQuery,
): Promise<readonly Alert[]> {
  const rows = await database.read({
    sql: `SELECT *, ${STATE} AS state FROM alerts WHERE queue = ?1 AND (?2 IS NULL OR ${STATE} = ?2)
        AND (?3 OR (storm_id IS NULL AND silence_id IS NULL))
      ORDER BY opened_at_ms DESC, incident_id LIMIT ?4`,
    values: [queue, status ?? null, includeHeld ? 1 : 0, limit],
  });
  return rows.map(alertOf);
}

export async function readAlert(
  database: Database,
  queue: string,
  incidentId: string,
): Promise<Alert | undefined> {
  const rows = await database.read({
    sql: `SELECT *, ${STATE} AS state FROM alerts WHERE queue = ? AND incident_id = ?`,
    values: [queue, incidentId],
  });
  return rows[0] && alertOf(rows[0]);
}

/** The alert that this claim took, when it took one. */
export async function readClaimed(
  database: Database,
  queue: string,
  claimId: string,
): Promise<Alert | undefined> {
  const rows = await database.read({
    sql: `SELECT *, ${STATE} AS state FROM alerts INDEXED BY alerts_by_operator
      WHERE queue = ? AND status = 'open' AND assigned_to IS NOT NULL AND claim_id = ?`,
    values: [queue, claimId],
  });
  return rows[0] && alertOf(rows[0]);
}

/** Resolved alerts are kept for a while, open ones until they are resolved. */
export function removeOldAlerts(queue: string, beforeMs: number): Statement {
  return {
    sql: `DELETE FROM alerts WHERE queue = ? AND status = 'resolved' AND updated_at_ms < ?`,
    values: [queue, beforeMs],
  };
}

function alertOf(row: Row): Alert {
  const status = String(row.state) as AlertStatus;
  const isWaiting = status === 'open' || status === 'assigned';
  const notes = JSON.parse(String(row.operator_notes_json)) as readonly StoredNote[];
  return {
    incident_id: String(row.incident_id),
    incident_key: String(row.incident_key),
    incident_category: String(row.category),
    session_id: String(row.session_id),
    ...text(row, 'agent_id'),
    severity: String(row.severity),
    status,
    opened_at: isoTime(row.opened_at_ms),
    ...time(row, 'reopened_at'),
    updated_at: isoTime(row.updated_at_ms),
    ...(isWaiting && time(row, 'waiting_since')),
    ...text(row, 'assigned_to'),
    ...time(row, 'assigned_at'),
    ...text(row, 'released_by'),
    ...text(row, 'acknowledged_by'),
    ...time(row, 'acknowledged_at'),
    ...time(row, 'resolved_at'),
    ...text(row, 'resolved_by'),
    ...text(row, 'resolution_note'),
    environment: String(row.environment),
    reasons: JSON.parse(String(row.reasons_json)) as unknown,
    notes: String(row.notes),
    operator_notes: notes.map(({ operator, text, added_at_ms }) => ({
      operator,
      text,
      added_at: isoTime(added_at_ms),
    })),
    ...(row.group_json != null && { group: JSON.parse(String(row.group_json)) as unknown }),
    ...text(row, 'storm_id'),
    ...text(row, 'silence_id'),
  };
}

/** As `ADD_NOTE` writes it. */
interface StoredNote {
  readonly operator: string;
  readonly text: string;
  readonly added_at_ms: number;
}

/** The column under its own name; nothing when there is nothing in it. */
function text<Name extends string>(row: Row, name: Name): Partial<Record<Name, string>> {
  const value = row[name];
  return value == null ? {} : ({ [name]: String(value) } as Record<Name, string>);
}

/** The column `<name>_ms` as a time; nothing when there is nothing in it. */
function time<Name extends string>(row: Row, name: Name): Partial<Record<Name, string>> {
  const value = row[`${name}_ms`];
  return value == null ? {} : ({ [name]: isoTime(value) } as Record<Name, string>);
}

function isoTime(ms: unknown): string {
  return new Date(Number(ms)).toISOString();
}
