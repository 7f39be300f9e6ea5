// What the sender of a simulated call puts on the wire, second by second: it follows its picture, yields to a narrow link at
// once, and comes back slowly.
import type { Seeded } from '../../test/kill/seeded.ts';
import type { CallPlan } from './call-plan.ts';
import type { Conditions } from './conditions.ts';

const FALL_PER_SECOND = 0.6;

export class Sender {
  readonly #plan: CallPlan;
  readonly #random: Seeded;
  #motion = 0;
  #allowedKbps: number;
  #carriedKbps: number;
  #regrowth = 1;

  constructor(plan: CallPlan, random: Seeded) {
    this.#plan = plan;
    this.#random = random;
    this.#allowedKbps = plan.wantedKbps;
    this.#carriedKbps = plan.wantedKbps;
  }

  /** In kbit/s. `isAtRest`: nothing moves on the shared screen. */
  rateDuring({ link, adaptation }: Conditions, isAtRest: boolean): number {
    const { wantedKbps, media } = this.#plan;
    const random = this.#random;
    // What moves in the picture decides what it costs: some ten percent up and down, for seconds at a time.
    this.#motion = 0.8 * this.#motion + 0.12 * (random.fraction() - 0.5);
    const moving = (1 + this.#motion) * (media === 'screen' ? random.fraction() : 1);
    const neededKbps = isAtRest
      ? 5 + 15 * random.fraction()
      : wantedKbps * (adaptation?.bitrateFraction ?? 1) * moving;
    if (link === undefined) {
      this.#allowedKbps = Math.min(2 * wantedKbps, this.#allowedKbps * this.#regrowth);
    } else {
      // Down to 120 to 190 of 300 kbit/s in the captures, within three to five seconds.
      const floorKbps = link.linkKbps * (0.4 + 0.25 * random.fraction());
      this.#allowedKbps = Math.max(floorKbps, FALL_PER_SECOND * Math.min(wantedKbps, this.#allowedKbps));
      this.#regrowth = link.regrowth;
    }
    this.#carriedKbps = Math.min(this.#allowedKbps, link?.linkKbps ?? Infinity);
    return Math.min(neededKbps, this.#carriedKbps);
  }

  /** Whether a narrow link is still to be seen: the picture has less than a third of the bits that it wants. */
  get isStarved(): boolean {
    return this.#carriedKbps < this.#plan.wantedKbps / 3;
  }
}
