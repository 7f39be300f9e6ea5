// The states of an alert in SQL, and the changes that several statements share. In every statement ?1 is the queue and
// ?2 the present time.

/** In the queue for everybody to see: neither over nor held back. Indexes are told by these words. */
export const IS_SHOWN = `status = 'open' AND storm_id IS NULL AND silence_id IS NULL`;

/** Somebody should take notice of it. */
export const IS_UNACKNOWLEDGED = `${IS_SHOWN} AND acknowledged_at_ms IS NULL`;

/** Nobody has it. */
export const IS_WAITING = `${IS_UNACKNOWLEDGED} AND assigned_to IS NULL`;

/** Open, and held back by a storm or a silence. */
export const IS_HELD = `status = 'open' AND (storm_id IS NOT NULL OR silence_id IS NOT NULL)`;

/** The state that is shown. */
export const STATE = `CASE WHEN status = 'resolved' THEN 'resolved' WHEN acknowledged_at_ms IS NOT NULL THEN 'acknowledged'
  WHEN assigned_to IS NOT NULL THEN 'assigned' ELSE 'open' END`;

/** The line: severity, then age. What was handed back has kept its age, and so stands where it stood. */
export const BY_TURN = 'severity_rank DESC, waiting_since_ms, incident_id';

/** An acknowledgement that no longer counts: the alert waits anew, and with all of `max_hold` before it. */
export const FORGET_ACKNOWLEDGEMENT = `
  waiting_since_ms = CASE WHEN acknowledged_at_ms IS NULL THEN waiting_since_ms ELSE ?2 END,
  hold_missed_at_ms = CASE WHEN acknowledged_at_ms IS NULL THEN hold_missed_at_ms END,
  escalated_steps = CASE WHEN acknowledged_at_ms IS NULL THEN escalated_steps ELSE 0 END,
  acknowledged_by = NULL, acknowledged_at_ms = NULL`;

/** Back to the line. */
export const TAKE_FROM_OPERATOR = `assigned_to = NULL, assigned_at_ms = NULL, claim_id = NULL, ${FORGET_ACKNOWLEDGEMENT}`;

/** Its clocks start now. */
export const WAIT_ANEW = 'waiting_since_ms = ?2, hold_missed_at_ms = NULL, escalated_steps = 0';

/** Whether the operator of that parameter can be given something. */
export function isAvailable(operator: string): string {
  return `EXISTS (SELECT 1 FROM operators WHERE operators.queue = ?1 AND operators.operator_id = ${operator}
    AND operators.status = 'available')`;
}

export function hasSkill(operator: string, skill: string): string {
  return `EXISTS (SELECT 1 FROM operators, json_each(operators.skills_json) AS skill
    WHERE operators.queue = ?1 AND operators.operator_id = ${operator} AND skill.value = ${skill})`;
}
