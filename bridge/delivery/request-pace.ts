// At most so many requests a second to one destination, evenly spaced: a burst would be answered with 429s.
import type { Clock } from '../../collector/clock.ts';
import { pause } from '../../collector/pause.ts';

export class RequestPace {
  readonly #clock: Clock;
  readonly #spacingMs: number;
  #nextAtMs = 0;

  /** `requestsPerSecond` is above 0; undefined: as fast as it goes. */
  constructor(clock: Clock, requestsPerSecond: number | undefined) {
    this.#clock = clock;
    this.#spacingMs = requestsPerSecond === undefined ? 0 : 1_000 / requestsPerSecond;
  }

  /** Whether there is a pace at all. */
  get isLimited(): boolean {
    return this.#spacingMs > 0;
  }

  /** Resolves when a turn could be had at once, or when `signal` aborts. Takes none. */
  async untilFree(signal: AbortSignal): Promise<void> {
    while (this.#nextAtMs > this.#clock.nowMs() && !signal.aborted) {
      await pause(this.#clock, this.#nextAtMs - this.#clock.nowMs(), signal);
    }
  }

  /** Resolves when it is this request's turn, or when `signal` aborts. Turns are taken in the order of the calls. */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#spacingMs === 0) return;
    const nowMs = this.#clock.nowMs();
    const atMs = Math.max(nowMs, this.#nextAtMs);
    this.#nextAtMs = atMs + this.#spacingMs;
    if (atMs > nowMs) await pause(this.#clock, atMs - nowMs, signal);
  }
}
