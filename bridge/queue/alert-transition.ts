// What a transition does to the alert of its incident, in the transition's own commit: an alert is in the queue the
// moment its sample is acknowledged, whatever the state of any network. Each statement looks whether the transition is
// newer than what the row has seen, and only the last one writes down that it is: all of them may be repeated.
import type { SqlValue, Statement } from '../../collector/extension/storage.ts';
import { incidentDocument } from '../rendering/incident-document.ts';
import { metricsBody } from '../transition/metrics-body.ts';
import { isOver, severityRank, type Transition, type TransitionKind } from '../transition/transition.ts';
import { FORGET_ACKNOWLEDGEMENT, IS_HELD, IS_SHOWN, WAIT_ANEW } from './alert-states.ts';
import { wrapUpStatement } from './operator-table.ts';

export interface AlertContext {
  readonly queue: string;
  readonly silenceId: string | undefined;
  readonly wrapUpMs: number;
}

/** ?1 queue, ?2 when it was decided, ?3 incident, ?4 sequence. */
const IS_NEWS_OF_IT = 'queue = ?1 AND incident_id = ?3 AND sequence < ?4';

/** Kinds of which it was decided whether they are held back. */
const TELLING: ReadonlySet<TransitionKind> = new Set(['opened', 'updated', 'escalated', 'reopened']);
/** Kinds for which an alert that an operator has resolved comes back: something new is wrong. */
const NEWLY_WRONG: ReadonlySet<TransitionKind> = new Set(['opened', 'escalated', 'reopened']);

/** Brings the incident's alert to where the transition leaves it. An older transition never undoes a newer one. */
export function alertStatements(transition: Transition, context: AlertContext): readonly Statement[] {
  return [
    ...(isOver(transition.kind)
      ? resolveStatements(transition, context)
      : changeStatements(transition, context)),
    storeStatement(transition, context),
    ...survivorStatements(transition, context),
  ];
}

/** The incident has ended by itself: whoever had the alert is free. */
function resolveStatements(transition: Transition, { queue, wrapUpMs }: AlertContext): readonly Statement[] {
  const values = newsValues(transition, queue);
  return [
    wrapUpStatement(
      `SELECT assigned_to FROM alerts WHERE ${IS_NEWS_OF_IT} AND ${IS_SHOWN}`,
      values,
      transition.decidedAtMs + wrapUpMs,
    ),
    {
      sql: `UPDATE alerts SET status = 'resolved', resolved_at_ms = ?2 WHERE ${IS_NEWS_OF_IT} AND status = 'open'`,
      values,
    },
  ];
}

function changeStatements(transition: Transition, context: AlertContext): readonly Statement[] {
  const values = newsValues(transition, context.queue);
  const hold = [transition.stormId ?? null, context.silenceId ?? null];
  const statements: Statement[] = [];
  // What an operator wrote at the end stays with the alert. It waits again, and for anybody: whoever had it is free.
  if (transition.sequence > 0) {
    const byWhom = NEWLY_WRONG.has(transition.kind) ? '' : 'AND resolved_by IS NULL';
    statements.push({
      sql: `UPDATE alerts SET status = 'open', reopened_at_ms = ?2, storm_id = ?5, silence_id = ?6,
          operator_notes_json = CASE WHEN resolution_note IS NULL THEN operator_notes_json ELSE json_insert(
            operator_notes_json, '$[#]',
            json_object('operator', resolved_by, 'text', resolution_note, 'added_at_ms', resolved_at_ms)) END,
          resolved_at_ms = NULL, resolved_by = NULL, resolution_note = NULL, is_timed = 0, released_by = NULL,
          assigned_to = NULL, assigned_at_ms = NULL, claim_id = NULL, acknowledged_by = NULL, acknowledged_at_ms = NULL,
          ${WAIT_ANEW}
        WHERE ${IS_NEWS_OF_IT} AND status = 'resolved' ${byWhom}`,
      values: [...values, ...hold],
    });
  }
  // What is held is held by what holds its newest notice; what is in the queue is not taken out of it again.
  if (TELLING.has(transition.kind)) {
    statements.push({
      sql: `UPDATE alerts SET storm_id = ?5, silence_id = ?6, ${WAIT_ANEW} WHERE ${IS_NEWS_OF_IT} AND ${IS_HELD}`,
      values: [...values, ...hold],
    });
  }
  // Worse than what was acknowledged: its operator keeps it, and is asked again.
  if (transition.kind === 'escalated' && context.silenceId === undefined) {
    statements.push({
      sql: `UPDATE alerts SET assigned_at_ms = ?2, ${FORGET_ACKNOWLEDGEMENT}
        WHERE ${IS_NEWS_OF_IT} AND ${IS_SHOWN} AND acknowledged_at_ms IS NOT NULL AND severity_rank < ?5`,
      values: [...values, severityRank(transition.severity)],
    });
  }
  return statements;
}

/** The facts of the incident. State and hold are those of a new alert; those of a known one have been seen to. */
function storeStatement(transition: Transition, { queue, silenceId }: AlertContext): Statement {
  const { decidedAtMs, group } = transition;
  const over = isOver(transition.kind);
  return {
    sql: `INSERT INTO alerts (queue, incident_id, incident_key, category, session_id, agent_id, severity, severity_rank,
        sequence, environment, reasons_json, notes, group_json, opened_at_ms, updated_at_ms, waiting_since_ms, status,
        resolved_at_ms, storm_id, silence_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (queue, incident_id) DO UPDATE SET severity = excluded.severity, severity_rank = excluded.severity_rank,
        sequence = excluded.sequence, reasons_json = excluded.reasons_json, notes = excluded.notes,
        group_json = coalesce(excluded.group_json, group_json), updated_at_ms = excluded.updated_at_ms
      WHERE excluded.sequence > sequence`,
    values: [
      queue,
      transition.incidentId,
      transition.incidentKey,
      transition.category,
      transition.subject,
      transition.agentId ?? null,
      transition.severity,
      severityRank(transition.severity),
      transition.sequence,
      transition.environment,
      JSON.stringify(transition.reasons),
      JSON.stringify(metricsBody(transition.currentMetrics)),
      group === undefined ? null : JSON.stringify(incidentDocument(transition).group),
      decidedAtMs,
      decidedAtMs,
      decidedAtMs,
      over ? 'resolved' : 'open',
      over ? decidedAtMs : null,
      transition.stormId ?? null,
      silenceId ?? null,
    ],
  };
}

/** The storm is over, and these of its members are not: each is an alert of its own now. */
function survivorStatements(transition: Transition, { queue }: AlertContext): readonly Statement[] {
  const survivorIds = transition.group?.survivorIds ?? [];
  if (survivorIds.length === 0) return [];
  return [
    {
      sql: `UPDATE alerts SET storm_id = NULL, ${WAIT_ANEW} WHERE queue = ?1 AND storm_id = ?3 AND status = 'open'
        AND incident_id IN (SELECT value FROM json_each(?4))`,
      values: [queue, transition.decidedAtMs, transition.incidentId, JSON.stringify(survivorIds)],
    },
  ];
}

function newsValues({ decidedAtMs, incidentId, sequence }: Transition, queue: string): readonly SqlValue[] {
  return [queue, decidedAtMs, incidentId, sequence];
}
