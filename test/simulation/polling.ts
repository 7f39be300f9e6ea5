// When it is worth while to let the process poll: a day has seventeen thousand looks of each poll, and nearly all of them
// find nothing. What a poll waits for is an age: of a row that waits, of a dead letter, of a notice. Near these ages all
// polls run as they should; in between, as long as anything is open or waits, once a minute; otherwise not at all.
import type { MemoryDisk } from './memory-disk.ts';
import type { VirtualDay } from './virtual-day.ts';

/** After which ages something is due, and for how long after that it may be put off: gathered, or held back. */
const AGES_MS: readonly (readonly [fromMs: number, toMs: number])[] = [
  [238_000, 290_000],
  [598_000, 640_000],
];
const OLDEST_MS = 700_000;
const RARELY_MS = 60_000;
/** How long each poll needs to have its turn. */
const TURN_MS = 6_000;
/** After a start. */
const SETTLING_MS = 15_000;

/** What is waiting, since when, and whether it is dead; and a line for anything else that is open. */
const WAITING = `SELECT DISTINCT CASE state WHEN 'dead' THEN settled_at_ms ELSE created_at_ms END AS since_ms,
    state = 'dead' AS is_dead FROM outbox
  WHERE state IN ('pending', 'held', 'dead')
  UNION ALL SELECT 0, 0 FROM incidents WHERE status = 'open'`;

export class Polling {
  readonly #day: VirtualDay;
  readonly #disk: MemoryDisk;
  #startedAtMs = -Infinity;
  /** The next time that all have their turn whatever waits. */
  #rareAtMs = -Infinity;
  #commitCount = -1;
  #isAnythingOpen = false;
  /** Spans of time in which polls may find something. */
  #spans: readonly (readonly [fromMs: number, toMs: number])[] = [];

  constructor(day: VirtualDay, disk: MemoryDisk) {
    this.#day = day;
    this.#disk = disk;
  }

  /** A life has begun to serve. */
  began(): void {
    this.#startedAtMs = this.#day.nowMs();
  }

  fromMs(): number {
    const nowMs = this.#day.nowMs();
    if (nowMs - this.#startedAtMs < SETTLING_MS) return nowMs;
    if (this.#commitCount !== this.#disk.commitCount) this.#look(nowMs);
    if (nowMs > this.#rareAtMs + TURN_MS) this.#rareAtMs = nowMs + RARELY_MS;
    let fromMs = this.#isAnythingOpen ? Math.max(nowMs, this.#rareAtMs) : Infinity;
    for (const [startMs, endMs] of this.#spans) if (endMs > nowMs) fromMs = Math.min(fromMs, startMs);
    return fromMs;
  }

  #look(nowMs: number): void {
    this.#commitCount = this.#disk.commitCount;
    const rows = this.#disk.look('incidents', WAITING);
    this.#isAnythingOpen = rows.some(({ is_dead: isDead }) => isDead === 0);
    this.#spans = rows.flatMap(({ since_ms: since, is_dead: isDead }) => {
      const sinceMs = Number(since);
      if (nowMs - sinceMs > OLDEST_MS) return [];
      const ages = isDead === 1 ? [[0, 45_000] as const, ...AGES_MS] : AGES_MS;
      return ages.map(([fromMs, toMs]) => [sinceMs + fromMs, sinceMs + toMs] as const);
    });
  }
}
