// Lets a recording pass at a chosen speed, by the injected clock. Long silences, and the years between recordings of
// different days, are shortened.
import type { Clock } from '../collector/clock.ts';

/** On the recording's clock. */
const LONGEST_WAIT_MS = 30_000;

export class Pacer {
  readonly #clock: Clock;
  readonly #speed: number;
  #reachedMs: number | undefined;

  /** `speed`: how many seconds of the recording pass in one second. */
  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
  }

  /** Resolves when the recording's clock shows `atMs`. */
  async until(atMs: number): Promise<void> {
    const waitMs = Math.min(atMs - (this.#reachedMs ?? atMs), LONGEST_WAIT_MS);
    this.#reachedMs = Math.max(this.#reachedMs ?? atMs, atMs);
    if (waitMs <= 0) return;
    await new Promise<void>((resolve) => void this.#clock.after(waitMs / this.#speed, resolve));
  }
}
