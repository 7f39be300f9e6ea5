// Transitions that are stored and not sent for now, and when they are let go: the shell around storm-holds.ts,
// silence-holds.ts and late-holds.ts.
import type { Settings } from '../../collector/component.ts';
import type { Database } from '../../collector/extension/storage.ts';
import type { Transition } from '../transition/transition.ts';
import type { CommitContent } from './commit-content.ts';
import type { Destination } from './destination.ts';
import { FAIR_CHANCE_MS, LATE_MS, lateStatement, readIsAnythingHeld, readLateCount } from './late-holds.ts';
import type { OutboxInstruments } from './outbox-instruments.ts';
import {
  canBeSilenced,
  readSilenceIds,
  readSilenceOverCounts,
  silenceOverStatements,
} from './silence-holds.ts';
import type { Silencer } from './silencer.ts';
import { readSurvivorCounts } from './storm-holds.ts';

export interface HoldsParts {
  readonly incidents: Database;
  readonly silencers: readonly Silencer[];
  /** Those that have started, by id. */
  readonly destinations: ReadonlyMap<string, Destination>;
  readonly instruments: OutboxInstruments;
}

/** Of the silences that may hold something back, at one moment. */
export interface KnownSilences {
  readonly activeIds: readonly string[];
  readonly endedIds: readonly string[];
}

export class Holds {
  readonly #settings: Settings;
  readonly #parts: HoldsParts;
  /** Silences that may hold something back. */
  readonly #silenceIds = new Set<string>();
  /** Since when each destination has been taking what is sent to it. */
  readonly #takingSinceMs = new Map<string, number>();
  #mayAnythingBeHeld = true;

  constructor(settings: Settings, parts: HoldsParts) {
    this.#settings = settings;
    this.#parts = parts;
  }

  /** Lets go what silences that have ended since the last life still hold back. */
  async open(nowMs: number): Promise<void> {
    for (const id of await readSilenceIds(this.#parts.incidents)) this.#silenceIds.add(id);
    await this.releaseSilenced(this.silencesAt(nowMs), nowMs);
  }

  /** The silence that holds the transition back. It is known from now on: others may look before the commit returns. */
  silenceIdOf(transition: Transition, nowMs: number): string | undefined {
    if (!canBeSilenced(transition)) return undefined;
    for (const silencer of this.#parts.silencers) {
      const id = silencer.silenceOf(transition, nowMs);
      if (id === undefined) continue;
      this.#silenceIds.add(id);
      return id;
    }
    return undefined;
  }

  /** What the ends of these storms are about to let go. */
  async readSurvivorCounts(storms: readonly Transition[]): Promise<readonly ReadonlyMap<string, number>[]> {
    const ends = storms.filter(({ group }) => group?.survivorIds !== undefined);
    return Promise.all(ends.map((end) => readSurvivorCounts(this.#parts.incidents, end)));
  }

  /** The commit has taken place; `survivorCounts` is what it has let go. */
  committed(
    { heldBackCounts, silenceIds }: CommitContent,
    survivorCounts: readonly ReadonlyMap<string, number>[],
    nowMs: number,
  ): void {
    const { instruments, silencers } = this.#parts;
    if (heldBackCounts.storm > 0) this.#mayAnythingBeHeld = true;
    instruments.heldBack(heldBackCounts.storm, 'storm');
    instruments.heldBack(heldBackCounts.silence, 'silence');
    for (const counts of survivorCounts) instruments.released(counts, 'storm_over');
    for (const id of silenceIds) {
      // It may have ended, and been forgotten, while the commit was under way.
      this.#silenceIds.add(id);
      for (const silencer of silencers) silencer.heldBack?.(id, nowMs);
    }
  }

  silencesAt(nowMs: number): KnownSilences {
    const { silencers } = this.#parts;
    const activeIds: string[] = [];
    const endedIds: string[] = [];
    for (const id of this.#silenceIds) {
      const isActive = silencers.some((silencer) => silencer.isActive(id, nowMs));
      (isActive ? activeIds : endedIds).push(id);
    }
    return { activeIds, endedIds };
  }

  /** Lets go what no silence holds back any more. Costs nothing as long as none has ended. */
  async releaseSilenced({ activeIds, endedIds }: KnownSilences, nowMs: number): Promise<void> {
    if (endedIds.length === 0) return;
    const { incidents, instruments } = this.#parts;
    const counts = await readSilenceOverCounts(incidents, activeIds);
    if (counts.size > 0) {
      await incidents.commit(silenceOverStatements(activeIds, nowMs));
      this.#mayAnythingBeHeld = true;
      instruments.released(counts, 'silence_over');
      this.#settings.logger.info(
        { count: total(counts) },
        'transitions that a silence has held back are sent',
      );
      this.#wake(counts.keys());
    }
    for (const id of endedIds) this.#silenceIds.delete(id);
  }

  /** Lets go what is held although its destination takes other things. */
  async releaseLate(nowMs: number): Promise<void> {
    for (const destination of this.#parts.destinations.values()) {
      const isLate = this.#hasHadItsChance(destination, nowMs);
      if (isLate && this.#mayAnythingBeHeld) await this.#releaseLateOf(destination, nowMs - LATE_MS);
    }
    if (!this.#mayAnythingBeHeld) return;
    this.#mayAnythingBeHeld = false;
    if (await readIsAnythingHeld(this.#parts.incidents)) this.#mayAnythingBeHeld = true;
  }

  #hasHadItsChance({ destinationId, isTaking }: Destination, nowMs: number): boolean {
    if (isTaking !== true) {
      this.#takingSinceMs.delete(destinationId);
      return false;
    }
    const sinceMs = this.#takingSinceMs.get(destinationId) ?? nowMs;
    this.#takingSinceMs.set(destinationId, sinceMs);
    return nowMs - sinceMs >= FAIR_CHANCE_MS;
  }

  async #releaseLateOf({ destinationId }: Destination, beforeMs: number): Promise<void> {
    const { incidents, instruments } = this.#parts;
    const count = await readLateCount(incidents, destinationId, beforeMs);
    if (count === 0) return;
    await incidents.commit([lateStatement(destinationId, beforeMs)]);
    instruments.released(new Map([[destinationId, count]]), 'notice_late');
    this.#settings.logger.warn(
      { destination: destinationId, count },
      'the notice of a storm was not delivered in time: its members are sent by themselves',
    );
    this.#wake([destinationId]);
  }

  #wake(destinationIds: Iterable<string>): void {
    for (const id of destinationIds) this.#parts.destinations.get(id)?.committed(0);
  }
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
