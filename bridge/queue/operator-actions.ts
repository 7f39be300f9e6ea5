// What operators do with alerts. It knows no HTTP: each action tries one conditional change, reads the alert back, and
// tells what came of it. Every action may be repeated.
import type { Clock } from '../../collector/clock.ts';
import type { Database, Statement } from '../../collector/extension/storage.ts';
import {
  acknowledgeStatement,
  addNoteStatement,
  claimStatement,
  releaseStatements,
  resolveStatements,
  type Move,
} from './alert-moves.ts';
import { readAlert, readClaimed, type Alert } from './alert-table.ts';
import {
  MAX_OPERATORS,
  putOperatorStatement,
  readOperator,
  readOperators,
  removeOperatorStatements,
  type Operator,
  type OperatorEntry,
} from './operator-table.ts';
import type { QueueInstruments } from './queue-instruments.ts';
import { acknowledgeProblem, noteProblem, releaseProblem, resolveProblem } from './verdict.ts';

export type ActionResult<Done> =
  | { readonly kind: 'done'; readonly value: Done }
  | { readonly kind: 'unknown'; readonly what: 'alert' | 'operator' }
  /** It can't be as things stand. `alert` is the one that it was about, as it is. */
  | { readonly kind: 'conflict'; readonly reason: string; readonly alert?: Alert };

export interface ActionParts {
  readonly database: Database;
  readonly queue: string;
  readonly clock: Clock;
  readonly skill: string;
  readonly wrapUpMs: number;
  readonly instruments: QueueInstruments;
  /** Somebody may be free now, or something may wait. */
  changed(): void;
}

export class OperatorActions {
  readonly #parts: ActionParts;
  readonly #startedAtMs: number;
  #claimCount = 0;

  constructor(parts: ActionParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.nowMs();
  }

  async acknowledge(incidentId: string, operatorId: string): Promise<ActionResult<Alert>> {
    const move = this.#move(incidentId, operatorId);
    const before = await readAlert(this.#parts.database, this.#parts.queue, incidentId);
    const result = await this.#act(move, [acknowledgeStatement(move)], acknowledgeProblem);
    // What waited before and is acknowledged now, was by this.
    if (result.kind === 'done' && before?.waiting_since !== undefined) {
      const afterMs = move.nowMs - Date.parse(before.waiting_since);
      this.#parts.instruments.acknowledged(afterMs, before.severity);
    }
    return result;
  }

  resolve(incidentId: string, operatorId: string, note: string | undefined): Promise<ActionResult<Alert>> {
    const move = this.#move(incidentId, operatorId);
    return this.#act(move, resolveStatements(move, note, this.#parts.wrapUpMs), resolveProblem);
  }

  release(incidentId: string, operatorId: string): Promise<ActionResult<Alert>> {
    const move = this.#move(incidentId, operatorId);
    return this.#act(move, releaseStatements(move, this.#parts.wrapUpMs), releaseProblem);
  }

  addNote(incidentId: string, operatorId: string, text: string): Promise<ActionResult<Alert>> {
    const move = this.#move(incidentId, operatorId);
    return this.#act(move, [addNoteStatement(move, text)], (alert) => noteProblem(alert, operatorId, text));
  }

  /** The next waiting alert, for somebody who asks for it, whatever else they have; no value when none waits. */
  async claim(operatorId: string): Promise<ActionResult<Alert | undefined>> {
    const { database, queue, clock, skill } = this.#parts;
    const claimId = `${this.#startedAtMs}/${(this.#claimCount += 1)}`;
    await database.commit([claimStatement({ queue, nowMs: clock.nowMs(), operatorId }, skill, claimId)]);
    const alert = await readClaimed(database, queue, claimId);
    this.#parts.changed();
    if (alert !== undefined) return { kind: 'done', value: alert };
    const operator = await readOperator(database, queue, operatorId);
    if (operator === undefined) return { kind: 'unknown', what: 'operator' };
    if (operator.status !== 'available') {
      return { kind: 'conflict', reason: 'the operator is not available' };
    }
    if (!operator.skills.includes(skill)) {
      return { kind: 'conflict', reason: 'the operator does not have the skill of this queue' };
    }
    return { kind: 'done', value: undefined };
  }

  async putOperator(entry: OperatorEntry): Promise<ActionResult<Operator>> {
    const { database, queue, clock } = this.#parts;
    await database.commit([putOperatorStatement(queue, entry, clock.nowMs())]);
    this.#parts.changed();
    const operator = await readOperator(database, queue, entry.operatorId);
    if (operator !== undefined) return { kind: 'done', value: operator };
    const isFull = (await readOperators(database, queue)).length >= MAX_OPERATORS;
    const reason = isFull
      ? `the queue has ${MAX_OPERATORS} operators already`
      : 'the operator was removed in the same moment';
    return { kind: 'conflict', reason };
  }

  async removeOperator(operatorId: string): Promise<ActionResult<Operator>> {
    const { database, queue, clock } = this.#parts;
    const operator = await readOperator(database, queue, operatorId);
    if (operator === undefined) return { kind: 'unknown', what: 'operator' };
    await database.commit(removeOperatorStatements(queue, operatorId, clock.nowMs()));
    this.#parts.changed();
    return { kind: 'done', value: operator };
  }

  #move(incidentId: string, operatorId: string): Move {
    const { queue, clock } = this.#parts;
    return { queue, nowMs: clock.nowMs(), incidentId, operatorId };
  }

  async #act(
    { queue, incidentId, operatorId }: Move,
    statements: readonly Statement[],
    problemOf: (alert: Alert, operatorId: string) => string | undefined,
  ): Promise<ActionResult<Alert>> {
    const { database } = this.#parts;
    await database.commit(statements);
    const [alert, operator] = await Promise.all([
      readAlert(database, queue, incidentId),
      readOperator(database, queue, operatorId),
    ]);
    this.#parts.changed();
    if (alert === undefined) return { kind: 'unknown', what: 'alert' };
    if (operator === undefined) return { kind: 'unknown', what: 'operator' };
    const reason = problemOf(alert, operatorId);
    return reason === undefined ? { kind: 'done', value: alert } : { kind: 'conflict', reason, alert };
  }
}
