// How often something that does no good may be tried again. Pure: the time is handed in.

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Longest Retry-After that is granted: the delivery SLA, past which nobody would still be waiting. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** One try in 1 s, then 2 s, 4 s … up to 60 s, for as long as none does any good. */
export class TryPace {
  #vainCount = 0;
  #lastAtMs = -Infinity;
  #waitMs = 0;

  /** A clock that has been set back must not make the wait longer. */
  mayTry(nowMs: number): boolean {
    return nowMs >= this.#lastAtMs + this.#waitMs || nowMs < this.#lastAtMs;
  }

  /** A try was in vain; whoever was asked may wish for a longer wait. */
  tried(nowMs: number, retryAfterMs = 0): void {
    const stepMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#vainCount);
    this.#waitMs = Math.max(stepMs, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
    this.#vainCount += 1;
    this.#lastAtMs = nowMs;
  }

  reset(): void {
    this.#vainCount = 0;
    this.#waitMs = 0;
  }
}
