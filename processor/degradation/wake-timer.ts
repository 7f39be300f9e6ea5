// The one timer of the processor: armed for the next whole second at which something is due, and for nothing else, so that
// an idle process sleeps.
import type { Clock, Timer } from '../../collector/clock.ts';

/** A timer of Node's can't wait for longer than 24.8 days and would fire at once: we look sooner, and set it again. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export class WakeTimer {
  readonly #clock: Clock;
  readonly #slotMs: number;
  readonly #wake: () => void;
  #timer: Timer | undefined;
  #wakeAtMs = Infinity;

  /** `wake` is called on whole multiples of `slotMs`, once for each time that the timer was set. */
  constructor(clock: Clock, slotMs: number, wake: () => void) {
    this.#clock = clock;
    this.#slotMs = slotMs;
    this.#wake = wake;
  }

  /** Replaces what was set before. What is overdue is looked at in the next slot; Infinity means never. */
  set(dueMs: number): void {
    const nowMs = this.#clock.nowMs();
    const nextSlot = Math.floor(nowMs / this.#slotMs) + 1;
    const wakeAtMs = Math.max(nextSlot, Math.ceil(dueMs / this.#slotMs)) * this.#slotMs;
    if (wakeAtMs === this.#wakeAtMs) return;
    this.cancel();
    if (wakeAtMs === Infinity) return;
    this.#wakeAtMs = wakeAtMs;
    this.#timer = this.#clock.after(Math.min(wakeAtMs - nowMs, LONGEST_WAIT_MS), () => {
      this.#wakeAtMs = Infinity;
      this.#wake();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#wakeAtMs = Infinity;
  }
}
