// How an alert changes hands: each move is one conditional update that finds nothing to do when somebody else was first,
// or when it has been done before. What came of it is told by reading the alert afterwards.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import {
  BY_TURN,
  hasSkill,
  IS_SHOWN,
  IS_UNACKNOWLEDGED,
  IS_WAITING,
  isAvailable,
  TAKE_FROM_OPERATOR,
} from './alert-states.ts';
import type { Assignment, WaitingAlert } from './assignment.ts';
import { isKnown, wrapUpStatement } from './operator-table.ts';

/** One operator and one alert, now. */
export interface Move {
  readonly queue: string;
  readonly nowMs: number;
  readonly incidentId: string;
  readonly operatorId: string;
}

/** How many notes of operators one alert can have. */
export const MAX_NOTES = 100;

/** ?3 incident, ?4 operator. */
const IS_IT = 'queue = ?1 AND incident_id = ?3';
const IS_THEIRS = `${IS_SHOWN} AND assigned_to = ?4`;
const IS_THEIRS_OR_NOBODYS = '(assigned_to IS NULL OR assigned_to = ?4)';

export async function readWaiting(
  database: Database,
  queue: string,
  limit: number,
): Promise<readonly WaitingAlert[]> {
  const rows = await database.read({
    sql: `SELECT incident_id, released_by FROM alerts WHERE queue = ?1 AND ${IS_WAITING} ORDER BY ${BY_TURN} LIMIT ?2`,
    values: [queue, limit],
  });
  return rows.map(({ incident_id, released_by }) => ({
    incidentId: String(incident_id),
    ...(released_by != null && { releasedBy: String(released_by) }),
  }));
}

/** Holds only when the alert still waits, and the operator is still free. */
export function assignStatement(
  queue: string,
  nowMs: number,
  { incidentId, operatorId }: Assignment,
  skill: string,
): Statement {
  return {
    sql: `UPDATE alerts SET assigned_to = ?4, assigned_at_ms = ?2
      WHERE ${IS_IT} AND ${IS_WAITING} AND ${isAvailable('?4')} AND ${hasSkill('?4', '?5')} AND NOT EXISTS (
        SELECT 1 FROM alerts AS other WHERE other.queue = ?1 AND other.assigned_to = ?4 AND other.status = 'open')`,
    values: [queue, nowMs, incidentId, operatorId, skill],
  };
}

/**
 * Those who were given an alert and could not acknowledge it while the process was down get all of their time again.
 */
export function renewAssignedStatement(queue: string, nowMs: number, assignedBeforeMs: number): Statement {
  return {
    sql: `UPDATE alerts SET assigned_at_ms = ?2
      WHERE queue = ?1 AND ${IS_UNACKNOWLEDGED} AND assigned_to IS NOT NULL AND assigned_at_ms <= ?3`,
    values: [queue, nowMs, assignedBeforeMs],
  };
}

/** Takes whatever is first in the line. `claimId` tells this claim from all others. */
export function claimStatement(
  { queue, nowMs, operatorId }: Omit<Move, 'incidentId'>,
  skill: string,
  claimId: string,
): Statement {
  return {
    sql: `UPDATE alerts SET assigned_to = ?3, assigned_at_ms = ?2, claim_id = ?5
      WHERE queue = ?1 AND ${isAvailable('?3')} AND ${hasSkill('?3', '?4')} AND incident_id = (
        SELECT incident_id FROM alerts WHERE queue = ?1 AND ${IS_WAITING} ORDER BY ${BY_TURN} LIMIT 1)`,
    values: [queue, nowMs, operatorId, skill, claimId],
  };
}

/** Also of an alert that nobody has: whoever acknowledges it has it. */
export function acknowledgeStatement(move: Move): Statement {
  return {
    sql: `UPDATE alerts SET assigned_to = ?4, assigned_at_ms = coalesce(assigned_at_ms, ?2),
        acknowledged_by = ?4, acknowledged_at_ms = ?2
      WHERE ${IS_IT} AND ${IS_UNACKNOWLEDGED} AND ${IS_THEIRS_OR_NOBODYS} AND ${isKnown('?4')}`,
    values: valuesOf(move),
  };
}

export function resolveStatements(
  move: Move,
  note: string | undefined,
  wrapUpMs: number,
): readonly Statement[] {
  return [
    wrapUpStatement(
      `SELECT assigned_to FROM alerts WHERE ${IS_IT} AND ${IS_THEIRS}`,
      valuesOf(move),
      move.nowMs + wrapUpMs,
    ),
    {
      sql: `UPDATE alerts SET status = 'resolved', resolved_by = ?4, resolved_at_ms = ?2, updated_at_ms = ?2,
          resolution_note = ?5, assigned_to = ?4, assigned_at_ms = coalesce(assigned_at_ms, ?2)
        WHERE ${IS_IT} AND ${IS_SHOWN} AND ${IS_THEIRS_OR_NOBODYS} AND ${isKnown('?4')}`,
      values: [...valuesOf(move), note ?? null],
    },
  ];
}

/** Back to the line, for the next operator. */
export function releaseStatements(move: Move, wrapUpMs: number): readonly Statement[] {
  return [
    wrapUpStatement(
      `SELECT assigned_to FROM alerts WHERE ${IS_IT} AND ${IS_THEIRS}`,
      valuesOf(move),
      move.nowMs + wrapUpMs,
    ),
    {
      sql: `UPDATE alerts SET released_by = ?4, ${TAKE_FROM_OPERATOR} WHERE ${IS_IT} AND ${IS_THEIRS}`,
      values: valuesOf(move),
    },
  ];
}

/** The same words of the same operator are added once: a request may be repeated when its answer got lost. */
export function addNoteStatement(move: Move, text: string): Statement {
  return {
    sql: `UPDATE alerts SET operator_notes_json = json_insert(operator_notes_json, '$[#]',
        json_object('operator', ?4, 'text', ?5, 'added_at_ms', ?2))
      WHERE ${IS_IT} AND ${isKnown('?4')} AND json_array_length(operator_notes_json) < ${MAX_NOTES} AND NOT EXISTS (
        SELECT 1 FROM json_each(operator_notes_json) AS note
        WHERE note.value ->> 'operator' = ?4 AND note.value ->> 'text' = ?5)`,
    values: [...valuesOf(move), text],
  };
}

function valuesOf({ queue, nowMs, incidentId, operatorId }: Move): readonly [string, number, string, string] {
  return [queue, nowMs, incidentId, operatorId];
}
