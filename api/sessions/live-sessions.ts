// The sessions that are live, as the API shows them: fed with every batch of the metrics hub, and bounded by what the
// receivers let in, since nothing is kept of a session that has been silent for its timeout. Takes time as an argument.
import type { QualityBatch } from '../../receiver/sample.ts';
import { type LiveSession, type QualityRecord, SessionLife } from './live-session.ts';

/** How often silent sessions are looked for at most, while batches come and while somebody asks. */
const [SWEEP_WHEN_FED_MS, SWEEP_WHEN_ASKED_MS] = [10_000, 1_000];
/** So many lives may be over before the list is cleared of them. */
const SPARE_LIVES = 1_024;

export class LiveSessions {
  readonly #byId = new Map<string, SessionLife>();
  /** By number, ascending; those that are forgotten are taken out now and then. */
  #inOrder: SessionLife[] = [];
  #lastNumber = 0;
  #endedCount = 0;
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  /** Those that have not ended, give or take those that fell silent within the last second. */
  liveCount(nowMs: number): number {
    this.#sweepWhenDue(nowMs, SWEEP_WHEN_ASKED_MS);
    return this.#byId.size - this.#endedCount;
  }

  /** Remembered sessions, ended ones included. */
  get knownCount(): number {
    return this.#byId.size;
  }

  /** What is held in memory: the remembered ones, and some earlier lives. */
  get storedCount(): number {
    return this.#inOrder.length;
  }

  /** Takes a batch that arrived at `nowMs`, and gives the records of it that are new, in their order. */
  take(batch: QualityBatch, nowMs: number): readonly QualityRecord[] {
    this.#sweepWhenDue(nowMs, SWEEP_WHEN_FED_MS);
    const { records, sessionTimeoutMs } = batch;
    let fresh: QualityRecord[] | undefined;
    for (let index = 0; index < records.length; index++) {
      const record = records[index]!;
      const isNew = this.#takeRecord(record, nowMs, sessionTimeoutMs);
      if (isNew) fresh?.push(record);
      // Almost always all of them are new, and no copy is made.
      else fresh ??= records.slice(0, index);
    }
    return fresh ?? records;
  }

  /** The session, unless it has ended or fallen silent. */
  get(id: string, nowMs: number): LiveSession | undefined {
    const life = this.#byId.get(id);
    return life === undefined || life.hasEnded || isSilent(life, nowMs) ? undefined : life;
  }

  /**
   * At most `count` sessions whose number is higher than `number`, ascending, without those that fell silent; ended ones are
   * among them until they would be. The first call is made with 0.
   */
  after(number: number, count: number, nowMs: number): readonly LiveSession[] {
    const found: LiveSession[] = [];
    const lives = this.#inOrder;
    for (let index = this.#firstAfter(number); index < lives.length && found.length < count; index++) {
      const life = lives[index]!;
      if (!life.isForgotten && !isSilent(life, nowMs)) found.push(life);
    }
    return found;
  }

  /** Forgets the sessions that have been silent for their timeout. */
  sweep(nowMs: number): void {
    this.#sweptAtMs = nowMs;
    for (const life of this.#inOrder) {
      if (life.isForgotten || !isSilent(life, nowMs)) continue;
      this.#byId.delete(life.id);
      this.#forget(life);
    }
    if (this.#inOrder.length > this.#byId.size) this.#clear();
  }

  #sweepWhenDue(nowMs: number, intervalMs: number): void {
    if (nowMs - this.#sweptAtMs >= intervalMs) this.sweep(nowMs);
  }

  #takeRecord(record: QualityRecord, nowMs: number, timeoutMs: number): boolean {
    let life = this.#byId.get(record.sessionId) ?? this.#begin(record.sessionId, nowMs);
    if (!life.known.learn(record)) return false;
    if (life.hasEnded && life.isBegunAgainBy(record)) {
      this.#forget(life);
      life = this.#begin(record.sessionId, nowMs, life);
    }
    life.lastSeenAtMs = nowMs;
    life.timeoutMs = timeoutMs;
    const hadEnded = life.hasEnded;
    life.take(record);
    if (life.hasEnded && !hadEnded) this.#endedCount += 1;
    return true;
  }

  #begin(id: string, nowMs: number, earlier?: SessionLife): SessionLife {
    const life = new SessionLife(id, ++this.#lastNumber, nowMs, earlier?.known);
    this.#byId.set(id, life);
    this.#inOrder.push(life);
    if (this.#inOrder.length > 2 * this.#byId.size + SPARE_LIVES) this.#clear();
    return life;
  }

  #forget(life: SessionLife): void {
    if (life.hasEnded) this.#endedCount -= 1;
    life.isForgotten = true;
  }

  #clear(): void {
    this.#inOrder = this.#inOrder.filter(({ isForgotten }) => !isForgotten);
  }

  /** The place of the first life whose number is higher. */
  #firstAfter(number: number): number {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#inOrder[middle]!.number > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isSilent({ lastSeenAtMs, timeoutMs }: LiveSession, nowMs: number): boolean {
  return nowMs - lastSeenAtMs >= timeoutMs;
}
