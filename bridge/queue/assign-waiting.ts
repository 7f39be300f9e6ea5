// Brings waiting alerts to free operators: reads both lines, has the choice made, and tries it.
import type { Database } from '../../collector/extension/storage.ts';
import { assignStatement, readWaiting } from './alert-moves.ts';
import { chooseAssignments, eligibleOperators } from './assignment.ts';
import { MAX_OPERATORS, readOperators } from './operator-table.ts';

/** Resolves to whether anything was tried: somebody may have been quicker, so another look is needed. */
export async function assignWaiting(
  database: Database,
  queue: string,
  skill: string,
  nowMs: number,
): Promise<boolean> {
  const eligible = eligibleOperators(await readOperators(database, queue), skill, nowMs);
  if (eligible.length === 0) return false;
  const waiting = await readWaiting(database, queue, MAX_OPERATORS);
  const assignments = chooseAssignments(waiting, eligible);
  if (assignments.length === 0) return false;
  await database.commit(assignments.map((each) => assignStatement(queue, nowMs, each, skill)));
  return true;
}
