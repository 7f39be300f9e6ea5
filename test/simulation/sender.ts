// A sender as it should be: every five seconds it sends what its sessions have measured, and what was not acknowledged it
// sends again until it is; nothing newer goes out before.
import { RefusedError, type Consumer } from '../../collector/component.ts';
import type { QualityBatch } from '../../receiver/sample.ts';
import type { Seeded } from '../kill/seeded.ts';
import type { Life } from './life.ts';
import { INTERVAL_MS, type LivedRecord } from './session-life.ts';
import type { VirtualDay } from './virtual-day.ts';

/** A process that serves. */
export interface Serving {
  readonly life: Life;
  readonly intake: Consumer<QualityBatch>;
}

const SESSION_TIMEOUT_MS = 60_000;
/** How long an answer is waited for. */
const PATIENCE_MS = 30_000;
/** After an answer that tells no time. */
const RETRY_MS = 5_000;
/** What has piled up goes out in pieces. */
const MOST_RECORDS = 500;
/** Share of acknowledgements that get lost on the way back. */
const LOST_SHARE = 0.005;

export class Sender {
  readonly #day: VirtualDay;
  readonly #random: Seeded;
  readonly #serving: () => Serving | undefined;
  readonly #records: readonly LivedRecord[];
  /** How many have been measured, and how many of those are acknowledged. */
  #measuredCount = 0;
  #doneCount = 0;
  /** Grows with each try: what comes of an earlier one is not heard any more. */
  #try = 0;
  #isTrying = false;
  refusedCount = 0;

  /** `records` of all its sessions, in order of event time. `serving` is whom it can reach just now. */
  constructor(
    day: VirtualDay,
    random: Seeded,
    records: readonly LivedRecord[],
    serving: () => Serving | undefined,
  ) {
    this.#day = day;
    this.#random = random;
    this.#records = records;
    this.#serving = serving;
    this.#beat();
  }

  get hasUnsent(): boolean {
    return this.#doneCount < this.#measuredCount;
  }

  /** Somebody serves again. */
  wake(): void {
    this.#forget();
    this.#send();
  }

  /** Sends what has been measured since, and sleeps until there is more. */
  #beat(): void {
    const nowMs = this.#day.nowMs();
    const records = this.#records;
    while (this.#measuredCount < records.length && records[this.#measuredCount]!.record.observedAtMs <= nowMs)
      this.#measuredCount += 1;
    this.#send();
    const next = records[this.#measuredCount];
    if (next === undefined) return;
    const dueMs = Math.max(nowMs + INTERVAL_MS, next.record.observedAtMs);
    this.#day.at(dueMs, () => this.#beat());
  }

  #send(): void {
    const serving = this.#serving();
    if (serving === undefined || this.#isTrying || !this.hasUnsent) return;
    const sent = this.#records.slice(
      this.#doneCount,
      Math.min(this.#measuredCount, this.#doneCount + MOST_RECORDS),
    );
    const receivedAtMs = this.#day.nowMs();
    const batch = {
      records: sent.map(({ record }) => ({ ...record, receivedAtMs })),
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
    };
    this.#isTrying = true;
    const own = (this.#try += 1);
    const patience = this.#day.after(PATIENCE_MS, () => {
      this.#forget();
      this.#send();
    });
    const isHeard = () => {
      patience.cancel();
      return own === this.#try && !serving.life.isDead;
    };
    serving.intake.consume(batch).then(
      () => {
        if (isHeard()) this.#acknowledged(sent);
      },
      (error: unknown) => {
        if (isHeard()) this.#refused(error);
      },
    );
  }

  #acknowledged(sent: readonly LivedRecord[]): void {
    if (this.#random.chance(LOST_SHARE)) return this.#refused(undefined);
    for (const record of sent) record.isAcknowledged = true;
    this.#doneCount += sent.length;
    this.#isTrying = false;
    this.#send();
  }

  #refused(error: unknown): void {
    this.refusedCount += 1;
    const own = this.#try;
    this.#day.after(error instanceof RefusedError ? error.retryAfterMs : RETRY_MS, () => {
      if (own !== this.#try) return;
      this.#forget();
      this.#send();
    });
  }

  #forget(): void {
    this.#try += 1;
    this.#isTrying = false;
  }
}
