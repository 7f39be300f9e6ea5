// The gaps of the stream, kept until the platform's history reaches them and can say how many events there were. What
// has come in nevertheless, by a resumption, is no miss. Nothing of it ever becomes a record: what was missed is counted,
// and neither a sample nor a recovery. Pure: the time is handed in.

export interface StreamGap {
  /** Event time of the last event before it. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Events of that time that have come in. */
  readonly heardCount: number;
}

/** One that has been asked about grows no more. */
type KeptGap = { -readonly [Key in keyof StreamGap]: StreamGap[Key] } & { isAsked: boolean };

/** A fault each minute for longer than history is late. */
const MAX_GAPS = 1_000;
/** Of gaps that become one, since nothing came between them. */
const LONGEST_MS = 3_600_000;

export class StreamGaps {
  readonly #lagMs: number;
  readonly #gaps: KeptGap[] = [];
  #newestMs = -Infinity;
  #forgottenCount = 0;

  constructor(lagMs: number) {
    this.#lagMs = lagMs;
  }

  /** With each record that the stream has brought, once. */
  hear(records: readonly { readonly observedAtMs: number }[]): void {
    const lastMs = this.#gaps.at(-1)?.toMs ?? -Infinity;
    for (const { observedAtMs } of records) {
      this.#newestMs = Math.max(this.#newestMs, observedAtMs);
      if (observedAtMs > lastMs) continue;
      const gap = this.#gaps.find(({ fromMs, toMs }) => observedAtMs > fromMs && observedAtMs <= toMs);
      if (gap !== undefined) gap.heardCount += 1;
    }
  }

  /**
   * A gap is over. It begins at the last event that had come, since the platform's clock is then the only one; at the last
   * sign of life when there was no event. The oldest one makes room.
   */
  add(lastSignMs: number, nowMs: number): void {
    const fromMs = this.#newestMs === -Infinity ? lastSignMs : Math.min(this.#newestMs, nowMs);
    const before = this.#gaps.at(-1);
    // A stream with nothing to say is silent again and again: that is one question, and not hundreds.
    if (before?.isAsked === false && fromMs <= before.toMs && nowMs - before.fromMs <= LONGEST_MS) {
      before.toMs = nowMs;
      return;
    }
    const beginsAtMs = Math.max(fromMs, before?.toMs ?? -Infinity);
    this.#gaps.push({ fromMs: beginsAtMs, toMs: nowMs, heardCount: 0, isAsked: false });
    if (this.#gaps.length <= MAX_GAPS) return;
    this.#gaps.shift();
    this.#forgottenCount += 1;
  }

  /** The oldest one, when history has reached its end. */
  due(nowMs: number): StreamGap | undefined {
    const [first] = this.#gaps;
    if (first === undefined || first.toMs + this.#lagMs > nowMs) return undefined;
    first.isAsked = true;
    return first;
  }

  /** How long until there will be one; Infinity when there is none. */
  waitMs(nowMs: number): number {
    const [first] = this.#gaps;
    return first === undefined ? Infinity : Math.max(0, first.toMs + this.#lagMs - nowMs);
  }

  /** How many had to make room since this was last asked. */
  takeForgottenCount(): number {
    const count = this.#forgottenCount;
    this.#forgottenCount = 0;
    return count;
  }

  /** Done with, whatever came of it. */
  remove(gap: StreamGap): void {
    const index = this.#gaps.findIndex((each) => each === gap);
    if (index >= 0) this.#gaps.splice(index, 1);
  }
}
