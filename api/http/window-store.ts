// How often each key has come in its present window. Counts for `express-rate-limit`, by the injected clock.
import type { ClientRateLimitInfo, Store } from 'express-rate-limit';
import type { Clock } from '../../collector/clock.ts';

interface Window {
  count: number;
  readonly endsAtMs: number;
}

export class WindowStore implements Store {
  readonly localKeys = true;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  #sweepAtMs = 0;

  constructor(windowMs: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  increment(key: string): Promise<ClientRateLimitInfo> {
    const nowMs = this.#clock.nowMs();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      this.#sweep(nowMs);
      window = { count: 0, endsAtMs: nowMs + this.#windowMs };
      this.#windows.set(key, window);
    }
    window.count += 1;
    return Promise.resolve({ totalHits: window.count, resetTime: new Date(window.endsAtMs) });
  }

  decrement(key: string): Promise<void> {
    const window = this.#windows.get(key);
    if (window !== undefined && window.count > 0) window.count -= 1;
    return Promise.resolve();
  }

  resetKey(key: string): Promise<void> {
    this.#windows.delete(key);
    return Promise.resolve();
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + this.#windowMs;
    for (const [key, { endsAtMs }] of this.#windows) if (endsAtMs <= nowMs) this.#windows.delete(key);
  }
}
