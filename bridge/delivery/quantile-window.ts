// Quantiles of what was measured lately, exact and in bounded memory: of a stretch of time the last values are kept.

export class QuantileWindow {
  readonly #spanMs: number;
  readonly #atMs: Float64Array;
  readonly #values: Float64Array;
  #addedCount = 0;

  /** Of the last `spanMs`, at most the last `capacity` values. */
  constructor(spanMs: number, capacity: number) {
    this.#spanMs = spanMs;
    this.#atMs = new Float64Array(capacity);
    this.#values = new Float64Array(capacity);
  }

  add(value: number, nowMs: number): void {
    const place = this.#addedCount % this.#values.length;
    this.#atMs[place] = nowMs;
    this.#values[place] = value;
    this.#addedCount += 1;
  }

  /** The smallest value that at least `quantile` (0–1) of them do not exceed; undefined when nothing was measured. */
  quantile(quantile: number, nowMs: number): number | undefined {
    const fresh = this.#values
      .subarray(0, this.#addedCount)
      .filter((_, place) => this.#atMs[place]! > nowMs - this.#spanMs)
      .sort();
    return fresh[Math.max(0, Math.ceil(quantile * fresh.length) - 1)];
  }
}
