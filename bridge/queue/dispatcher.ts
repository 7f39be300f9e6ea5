// Brings waiting alerts to operators, takes them back from those who don't acknowledge them, and counts what has waited
// too long. One look at a time, whenever something has changed or a time has come; every change is conditional.
import type { Settings } from '../../collector/component.ts';
import type { Timer } from '../../collector/clock.ts';
import type { Database } from '../../collector/extension/storage.ts';
import type { Silencer } from '../outbox/silencer.ts';
import { assignWaiting } from './assign-waiting.ts';
import { countMissed, recordResolved, takeBackMissed } from './time-over.ts';
import { freeHeldAlerts } from './holds.ts';
import { observeStanding, type QueueInstruments } from './queue-instruments.ts';
import { dueOf, holdProblem, nextDueMs, type QueueLimits } from './sla.ts';
import { readStanding, type Standing } from './standing.ts';

export interface DispatcherParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly silencers: readonly Silencer[];
  readonly skill: string;
  readonly limits: QueueLimits;
  /** Whether alerts that nobody acknowledges are escalated. */
  readonly isAnybodyElseTold: boolean;
  readonly instruments: QueueInstruments;
}

/** Silences end by the clock, and this is how late that is noticed. */
const LOOK_AGAIN_MS = 5_000;
/** A look reads what is being written: many transitions in a row are looked at together. */
const GATHER_MS = 100;
/** Looking holds up who writes, so it takes a tenth of the time at most, however many alerts are open. */
const REST_PER_LOOK = 9;
/** A change makes another look necessary, but never without end. */
const MAX_TURNS = 10;
/** When something is due and was not done, it is tried again after this. */
const LEAST_REST_MS = 1_000;

export class Dispatcher {
  readonly #parts: DispatcherParts;
  #lookAgain: Timer | undefined;
  #stopObserving: (() => void) | undefined;
  #standing: Standing | undefined;
  #problem: string | undefined;
  #timer: Timer | undefined;
  #gathering: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isWoken = false;
  #isHoldLookDue = true;
  /** How long the last look took. */
  #lookMs = 0;
  #isFailing = false;
  #isStopped = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  start(): void {
    const { id, clock, meter } = this.#parts.settings;
    this.#stopObserving = observeStanding(
      meter,
      id,
      () => this.#standing,
      () => clock.nowMs(),
    );
    this.#lookAgain = clock.every(LOOK_AGAIN_MS, () => {
      this.#isHoldLookDue = true;
      this.wake();
    });
    this.wake();
  }

  /** Something has changed: look now. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWoken = true;
    if (this.#looking !== undefined) return;
    const { clock } = this.#parts.settings;
    const startedAtMs = clock.nowMs();
    this.#looking = this.#look()
      .then(() => {
        this.#isFailing = false;
        this.#lookMs = clock.nowMs() - startedAtMs;
      })
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#looking = undefined;
        if (this.#isWoken) this.wake();
      });
  }

  /** Something has changed, and more will: look in a moment. */
  wakeSoon(): void {
    if (this.#isStopped) return;
    const restMs = Math.max(GATHER_MS, this.#lookMs * REST_PER_LOOK);
    this.#gathering ??= this.#parts.settings.clock.after(restMs, () => this.wake());
  }

  /** Resolves when nothing is left to do at this moment. */
  async flush(): Promise<void> {
    this.wake();
    while (this.#looking !== undefined) await this.#looking;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#lookAgain?.cancel();
    this.#stopObserving?.();
    await this.#looking;
    this.#timer?.cancel();
    this.#gathering?.cancel();
  }

  async #look(): Promise<void> {
    this.#isWoken = false;
    this.#gathering?.cancel();
    this.#gathering = undefined;
    const { settings, database, limits } = this.#parts;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const nowMs = settings.clock.nowMs();
      if (this.#isHoldLookDue) await freeHeldAlerts(database, settings.id, this.#parts.silencers, nowMs);
      this.#isHoldLookDue = false;
      const standing = await readStanding(database, settings.id, nowMs);
      if (await this.#act(standing, nowMs)) continue;
      this.#standing = standing;
      this.#tell(standing);
      this.#restUntil(nextDueMs(standing, limits));
      return;
    }
    this.#restUntil(settings.clock.nowMs());
  }

  /** Resolves to whether there was something to do. */
  async #act(standing: Standing, nowMs: number): Promise<boolean> {
    const { settings, database, skill, instruments, limits } = this.#parts;
    const due = dueOf(standing, limits, nowMs);
    if (due.countMissed) {
      await countMissed(database, settings.id, nowMs, nowMs - limits.maxHoldMs, instruments);
      return true;
    }
    if (due.takeBack) {
      const assignedBeforeMs = nowMs - limits.acknowledgeWithinMs;
      await takeBackMissed(database, settings.id, nowMs, assignedBeforeMs, instruments);
      return true;
    }
    if (standing.hasUntimed) {
      await recordResolved(database, settings.id, instruments);
      return true;
    }
    return (
      standing.waitingCount > 0 &&
      standing.operatorCounts.available > 0 &&
      assignWaiting(database, settings.id, skill, nowMs)
    );
  }

  #tell(standing: Standing): void {
    const { settings, limits, isAnybodyElseTold } = this.#parts;
    const problem = isAnybodyElseTold ? undefined : holdProblem(standing, limits);
    if (problem === this.#problem) return;
    this.#problem = problem;
    settings.reportStatus(problem === undefined ? { kind: 'ok' } : { kind: 'unhealthy', reason: problem });
  }

  #restUntil(dueMs: number | undefined): void {
    this.#timer?.cancel();
    if (dueMs === undefined || this.#isStopped) return;
    const { clock } = this.#parts.settings;
    const delayMs = dueMs - clock.nowMs();
    this.#timer = clock.after(delayMs > 0 ? delayMs : LEAST_REST_MS, () => this.wake());
  }

  /** Tried again at the next look; said once. */
  #failed(error: unknown): void {
    if (!this.#isFailing)
      this.#parts.settings.logger.error({ err: error }, 'alerts could not be brought to operators');
    this.#isFailing = true;
  }
}
