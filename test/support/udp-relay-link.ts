// What happens to one datagram on its way in one direction: it is lost, or leaves at some time. Pure but for its state;
// time is an argument, so that a seed and a series of times always give the same.

/** Of one direction. Without any it passes everything at once. */
export interface Impairment {
  /** Probability of loss, 0–1. */
  readonly lossRatio?: number;
  readonly rateKbps?: number;
  readonly delayMs?: number;
}

/** Below this much waiting a datagram is queued, above it is dropped: the buffer of a small router. */
const MAX_QUEUE_MS = 200;

export class RelayLink {
  impairment: Impairment = {};
  passedCount = 0;
  lostCount = 0;
  #freeAtMs = 0;
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** When the datagram leaves; undefined when it is lost. */
  departureMs(byteCount: number, nowMs: number): number | undefined {
    const { lossRatio = 0, rateKbps, delayMs = 0 } = this.impairment;
    const queueMs = rateKbps === undefined ? 0 : Math.max(0, this.#freeAtMs - nowMs);
    if (this.#random() < lossRatio || queueMs > MAX_QUEUE_MS) {
      this.lostCount += 1;
      return undefined;
    }
    this.passedCount += 1;
    // Bits over kbit/s are milliseconds.
    this.#freeAtMs = nowMs + queueMs + (rateKbps === undefined ? 0 : (byteCount * 8) / rateKbps);
    return this.#freeAtMs + delayMs;
  }

  /** Mulberry32, 0 ≤ x < 1: enough for losses. */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  }
}
