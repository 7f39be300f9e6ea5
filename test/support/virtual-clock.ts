// A clock that moves only when told to. Timers fire in order of their due time, then of their creation.
import type { Clock, Timer } from '../../collector/clock.ts';

interface PendingTimer {
  dueMs: number;
  readonly order: number;
  readonly intervalMs: number | undefined;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #seed: number;
  readonly #timers = new Set<PendingTimer>();

  constructor(startMs = Date.UTC(2026, 0, 1), seed = 1) {
    this.#nowMs = startMs;
    this.#seed = seed;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.#add(delayMs, undefined, callback);
  }

  every(intervalMs: number, callback: () => void): Timer {
    return this.#add(intervalMs, intervalMs, callback);
  }

  /** Mulberry32: small, seeded, good enough for jitter. */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Moves time forward by `durationMs`, firing each timer at its own due time. Callbacks run synchronously. */
  advance(durationMs: number): void {
    this.advanceTo(this.#nowMs + durationMs);
  }

  advanceTo(targetMs: number): void {
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.dueMs > targetMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      if (next.intervalMs === undefined) this.#timers.delete(next);
      else next.dueMs += next.intervalMs;
      next.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  /** When the next timer is due, or undefined when none is pending. */
  nextDueMs(): number | undefined {
    return this.#earliest()?.dueMs;
  }

  /** Whether a timer is due at exactly that time. */
  isDueAt(dueMs: number): boolean {
    return [...this.#timers].some((timer) => timer.dueMs === dueMs);
  }

  #add(delayMs: number, intervalMs: number | undefined, callback: () => void): Timer {
    const timer: PendingTimer = {
      dueMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      intervalMs,
      callback,
    };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  #earliest(): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (
        earliest === undefined ||
        timer.dueMs < earliest.dueMs ||
        (timer.dueMs === earliest.dueMs && timer.order < earliest.order)
      ) {
        earliest = timer;
      }
    }
    return earliest;
  }
}
