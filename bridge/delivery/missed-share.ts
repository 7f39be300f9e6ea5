// Which share of the last hour's transitions missed the SLA: what was settled in it by the minute, in bounded memory. It
// begins anew with the process.

const MINUTE_MS = 60_000;
const MINUTES = 60;

export class MissedShare {
  /** The minute that each place counts, in minutes since the epoch. */
  readonly #minutes = new Float64Array(MINUTES).fill(-Infinity);
  readonly #settled = new Float64Array(MINUTES);
  readonly #missed = new Float64Array(MINUTES);

  /** One transition was delivered, or will never be. */
  settled(isMissed: boolean, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    const place = minute % MINUTES;
    if (this.#minutes[place] !== minute) {
      this.#minutes[place] = minute;
      this.#settled[place] = 0;
      this.#missed[place] = 0;
    }
    this.#settled[place]! += 1;
    if (isMissed) this.#missed[place]! += 1;
  }

  /** 0–1. What is overdue now has missed it, too. Undefined when there was nothing at all. */
  share(overdueCount: number, nowMs: number): number | undefined {
    const firstMinute = Math.floor(nowMs / MINUTE_MS) - MINUTES + 1;
    let settled = overdueCount;
    let missed = overdueCount;
    for (let place = 0; place < MINUTES; place++) {
      if (this.#minutes[place]! < firstMinute) continue;
      settled += this.#settled[place]!;
      missed += this.#missed[place]!;
    }
    return settled === 0 ? undefined : missed / settled;
  }
}
