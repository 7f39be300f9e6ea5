// How much of request bodies is in memory, how much may be, and how soon there will be room, by the rate at which
// bodies have been finished lately. Knows nothing of HTTP.
import type { Clock } from '../../collector/clock.ts';

/** Bytes that were finished this long ago count a third of those finished now. */
const MEMORY_MS = 10_000;
const LONGEST_WAIT_MS = 30_000;

export class PendingBytes {
  readonly #maxBytes: number;
  readonly #clock: Clock;
  #pendingBytes = 0;
  /** Finished bytes, fading; divided by `MEMORY_MS` it is the drain rate. */
  #drainedBytes = 0;
  #drainedAtMs: number;

  constructor(maxBytes: number, clock: Clock) {
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    this.#drainedAtMs = clock.nowMs();
  }

  get bytes(): number {
    return this.#pendingBytes;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#pendingBytes + bytes <= this.#maxBytes;
  }

  /** Counts bytes that are now in memory; false, and nothing counted, when there is no room for them. */
  take(bytes: number): boolean {
    if (!this.hasRoomFor(bytes)) return false;
    this.#pendingBytes += bytes;
    return true;
  }

  /** Gives room back. */
  release(bytes: number): void {
    this.#pendingBytes -= bytes;
    this.#fade();
    this.#drainedBytes += bytes;
  }

  /** How long until half of what is pending will be gone at the rate of the last seconds. */
  retryAfterMs(): number {
    this.#fade();
    if (this.#drainedBytes === 0) return LONGEST_WAIT_MS;
    const bytesPerMs = this.#drainedBytes / MEMORY_MS;
    return Math.min(this.#pendingBytes / 2 / bytesPerMs, LONGEST_WAIT_MS);
  }

  #fade(): void {
    const nowMs = this.#clock.nowMs();
    this.#drainedBytes *= Math.exp(-Math.max(0, nowMs - this.#drainedAtMs) / MEMORY_MS);
    this.#drainedAtMs = nowMs;
  }
}
