// Alerts in the tables of a queue, without the queue: transitions go in as the outbox would commit them.
import { readAlert, readAlerts, type Alert, type AlertQuery } from '../../bridge/queue/alert-table.ts';
import { alertStatements } from '../../bridge/queue/alert-transition.ts';
import { putOperatorStatement, type OperatorEntry } from '../../bridge/queue/operator-table.ts';
import { transitionStatements } from '../../bridge/outbox/outbox-store.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import type { Database } from '../../collector/extension/storage.ts';

export interface TakeOptions {
  readonly queue?: string;
  readonly silenceId?: string;
  readonly wrapUpMs?: number;
}

/** Each in a commit of its own. */
export async function takeTransitions(
  database: Database,
  transitions: readonly Transition[],
  { queue = 'queue', silenceId, wrapUpMs = 0 }: TakeOptions = {},
): Promise<void> {
  for (const transition of transitions) {
    await database.commit([
      ...transitionStatements(transition),
      ...alertStatements(transition, { queue, silenceId, wrapUpMs }),
    ]);
  }
}

export function listAlerts(
  database: Database,
  { queue = 'queue', ...query }: Partial<AlertQuery> & { queue?: string } = {},
): Promise<readonly Alert[]> {
  return readAlerts(database, queue, { status: undefined, includeHeld: false, limit: 100, ...query });
}

/** Throws when there is none. */
export async function alertOf(database: Database, { incidentId }: Transition): Promise<Alert> {
  const alert = await readAlert(database, 'queue', incidentId);
  if (alert === undefined) throw new Error('there is no such alert');
  return alert;
}

/** Available from `nowMs` on, with the skill of the default queue, unless said otherwise. */
export async function putOperator(
  database: Database,
  operatorId: string,
  nowMs: number,
  fields: Partial<OperatorEntry> = {},
): Promise<void> {
  const entry = { operatorId, name: undefined, skills: ['Video_Ops'], status: 'available' as const };
  await database.commit([putOperatorStatement('queue', { ...entry, ...fields }, nowMs)]);
}
