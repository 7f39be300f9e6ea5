// What one commit writes: the transitions, a row of each for every destination that wants it, what storms change of their
// members, and the states that all this leaves behind. Decides nothing but that, and does no I/O.
import type { Statement } from '../../collector/extension/storage.ts';
import type { TransitionBatch } from '../transition/batch.ts';
import type { Transition } from '../transition/transition.ts';
import { wants, type Destination } from './destination.ts';
import { fleetStatement } from './fleet-state.ts';
import type { HoldCause } from './outbox-instruments.ts';
import { transitionStatements } from './outbox-store.ts';
import { sessionStatement } from './session-records.ts';
import { stormStatements } from './storm-holds.ts';

export interface CommitContent {
  readonly statements: readonly Statement[];
  /** How many of the transitions each destination wants; those that want none are left out. */
  readonly wantedCounts: ReadonlyMap<Destination, number>;
  /** How many of them are not sent for now. */
  readonly heldBackCounts: Readonly<Record<HoldCause, number>>;
  /** The silence of each transition that one holds back. */
  readonly silenceIds: readonly string[];
  /** The transitions of storms among them. */
  readonly storms: readonly Transition[];
}

export function commitContent(
  pipelineId: string,
  destinations: readonly Destination[],
  { transitions, records, fleetState }: TransitionBatch,
  { nowMs, silenceIdOf }: { readonly nowMs: number; silenceIdOf(transition: Transition): string | undefined },
): CommitContent {
  const statements: Statement[] = [];
  const wantedCounts = new Map<Destination, number>();
  const heldBackCounts = { storm: 0, silence: 0 };
  const silenceIds: string[] = [];
  for (const transition of transitions) {
    statements.push(...transitionStatements(transition));
    const wanting = destinations.filter((destination) => wants(destination, transition));
    if (wanting.length === 0) continue;
    const silenceId = silenceIdOf(transition);
    if (silenceId !== undefined) {
      heldBackCounts.silence += 1;
      silenceIds.push(silenceId);
    } else if (transition.stormId !== undefined) heldBackCounts.storm += 1;
    for (const destination of wanting) {
      statements.push(...destination.statementsFor(transition, silenceId));
      wantedCounts.set(destination, (wantedCounts.get(destination) ?? 0) + 1);
    }
  }
  const storms = transitions.filter(({ category }) => category === 'storm');
  // Behind all rows: a storm may list what the same batch brings.
  for (const storm of storms) statements.push(...stormStatements(storm, nowMs));
  for (const record of records) statements.push(sessionStatement(pipelineId, record));
  if (fleetState !== undefined) statements.push(fleetStatement(pipelineId, fleetState));
  return { statements, wantedCounts, heldBackCounts, silenceIds, storms };
}
