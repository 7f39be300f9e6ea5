// One life of the process: it can end at any named place, and from then on nothing that it does has any effect. What
// still runs of it waits for answers that never come.
import type { Seeded } from '../kill/seeded.ts';
import { MortalClock, type VirtualDay } from './virtual-day.ts';

export class Life {
  readonly clock: MortalClock;
  readonly #onPass: (place: string, life: Life) => void;

  /** `onPass` is told of every place, and may end the life there. */
  constructor(day: VirtualDay, random: Seeded, onPass: (place: string, life: Life) => void) {
    this.clock = new MortalClock(day, random);
    this.#onPass = onPass;
  }

  get isDead(): boolean {
    return this.clock.isDead;
  }

  /** To be called where the process may end. */
  pass(place: string): void {
    if (!this.isDead) this.#onPass(place, this);
  }
}

/** What the dead are answered. */
export function never<Value>(): Promise<Value> {
  return new Promise(() => {});
}
