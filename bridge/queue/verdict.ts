// What came of a request to move an alert, told from how the alert is afterwards. Pure: each function gives the reason
// why it is not as its operator wanted it, or undefined when it is, be it by this request or by an earlier one.
import { MAX_NOTES } from './alert-moves.ts';
import type { Alert } from './alert-table.ts';

/** Said when a move found nothing to do and nothing is in its way any more: it came between two others. */
const JUST_CHANGED = 'it has just changed; look at it and try again';

export function acknowledgeProblem(alert: Alert, operatorId: string): string | undefined {
  if (alert.acknowledged_by === operatorId) return undefined;
  if (alert.acknowledged_by !== undefined) return 'somebody else has acknowledged it';
  return obstacle(alert, operatorId) ?? JUST_CHANGED;
}

export function resolveProblem(alert: Alert, operatorId: string): string | undefined {
  if (alert.resolved_by === operatorId) return undefined;
  return obstacle(alert, operatorId) ?? JUST_CHANGED;
}

export function releaseProblem(alert: Alert, operatorId: string): string | undefined {
  if (alert.status === 'resolved') return obstacle(alert, operatorId);
  if (alert.assigned_to === operatorId) return JUST_CHANGED;
  // To whom it went since, or whether it still waits, is another matter.
  return alert.released_by === operatorId ? undefined : 'it is not theirs';
}

export function noteProblem(alert: Alert, operatorId: string, text: string): string | undefined {
  const isThere = alert.operator_notes.some((note) => note.operator === operatorId && note.text === text);
  if (isThere) return undefined;
  return alert.operator_notes.length < MAX_NOTES ? JUST_CHANGED : `it has ${MAX_NOTES} notes already`;
}

/** What keeps this operator from having it. */
function obstacle(alert: Alert, operatorId: string): string | undefined {
  if (alert.status === 'resolved') {
    return alert.resolved_by === undefined ? 'it has recovered by itself' : 'somebody has resolved it';
  }
  if (alert.storm_id !== undefined) return 'a storm stands for it';
  if (alert.silence_id !== undefined) return 'a silence holds it back';
  if (alert.assigned_to !== undefined && alert.assigned_to !== operatorId) {
    return 'it is with somebody else; they, or anybody in their name, may release it';
  }
  return undefined;
}
