// The selected candidate pair of a simulated call.
import type { PathReading } from '../../receiver/get-stats/reading.ts';
import type { Seeded } from '../../test/kill/seeded.ts';
import type { Conditions } from './conditions.ts';

/** ICE asks for the round trip about this often. */
const CHECK_EVERY_S = 2.5;

export class SimulatedPath {
  readonly #random: Seeded;
  #baseRttMs: number;
  #nextCheckS = 0;
  #rttSeconds: number;
  #totalRttSeconds = 0;
  #responseCount = 0;
  /** Counts the networks: each has a fragment and a type of its own. */
  #networkCount = 0;

  constructor(baseRttMs: number, random: Seeded) {
    this.#baseRttMs = baseRttMs;
    this.#rttSeconds = Math.round(baseRttMs) / 1_000;
    this.#random = random;
  }

  /** To another network, by an ICE restart. */
  moveTo(baseRttMs: number): void {
    this.#baseRttMs = baseRttMs;
    this.#networkCount += 1;
  }

  pass(second: number, { isDark, isQueueFull, delayMs }: Conditions): void {
    // In the dark no answer comes, and the last one is kept.
    if (isDark || second + 1 < this.#nextCheckS) return;
    this.#nextCheckS = second + CHECK_EVERY_S;
    // 145–275 ms in the captures, while the queue of a narrow link was full.
    const queueMs = isQueueFull ? 145 + 130 * this.#random.fraction() : 0;
    const rttMs = this.#baseRttMs * (1 + 0.1 * this.#random.fraction()) + queueMs + delayMs;
    this.#rttSeconds = Math.round(rttMs) / 1_000;
    this.#totalRttSeconds += this.#rttSeconds;
    this.#responseCount += 1;
  }

  read(): PathReading {
    return {
      currentRoundTripTime: this.#rttSeconds,
      totalRoundTripTime: this.#totalRttSeconds,
      responsesReceived: this.#responseCount,
      networkType: this.#networkCount % 2 === 0 ? 'wifi' : 'cellular',
      candidateType: 'host',
      protocol: 'udp',
      localUsernameFragment: `network ${this.#networkCount}`,
    };
  }
}
