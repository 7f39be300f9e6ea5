// Who gets which alert: the longest available operator gets the next one. Pure; what it chooses is tried by a
// conditional update, for others may have been quicker.
import type { Operator } from './operator-table.ts';

/** An alert that nobody has. */
export interface WaitingAlert {
  readonly incidentId: string;
  /** Who handed it back last: it is not for them, for they would get it again at once. */
  readonly releasedBy?: string;
}

export interface Assignment {
  readonly incidentId: string;
  readonly operatorId: string;
}

/** Those who can be given an alert, the longest available first; of equals the one whose id comes first. */
export function eligibleOperators(
  operators: readonly Operator[],
  skill: string,
  nowMs: number,
): readonly Operator[] {
  return operators
    .filter(
      ({ status, availableSinceMs, alertCount, skills }) =>
        status === 'available' &&
        availableSinceMs !== undefined &&
        availableSinceMs <= nowMs &&
        alertCount === 0 &&
        skills.includes(skill),
    )
    .sort(
      (one, other) =>
        one.availableSinceMs! - other.availableSinceMs! || (one.operatorId < other.operatorId ? -1 : 1),
    );
}

/** `waiting` in the order of the line, `eligible` in that of their turns: each gets one at most. */
export function chooseAssignments(
  waiting: readonly WaitingAlert[],
  eligible: readonly Operator[],
): readonly Assignment[] {
  const free = eligible.map(({ operatorId }) => operatorId);
  const assignments: Assignment[] = [];
  for (const { incidentId, releasedBy } of waiting) {
    if (free.length === 0) break;
    const turn = free.findIndex((operatorId) => operatorId !== releasedBy);
    if (turn === -1) continue;
    const [operatorId] = free.splice(turn, 1);
    assignments.push({ incidentId, operatorId: operatorId! });
  }
  return assignments;
}
