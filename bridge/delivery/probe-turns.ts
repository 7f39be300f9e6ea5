// Which row an open breaker probes with: the oldest. A probe may fail for its row's own sake, though, so after a few of
// them it is the next oldest one's turn; otherwise one row that the destination chokes on would hold up all others.
import type { Database } from '../../collector/extension/storage.ts';
import { readOldestRow } from '../outbox/due-rows.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';

/** Probes with one row in a row. In a real outage it makes no difference which one is taken. */
const PROBES_PER_ROW = 3;

export class ProbeTurns {
  readonly #database: Database;
  readonly #destination: string;
  readonly #countByRowId = new Map<number, number>();

  constructor(database: Database, destination: string) {
    this.#database = database;
    this.#destination = destination;
  }

  /** The row whose turn it is, due or not; undefined when nothing is pending. */
  async next(): Promise<OutboxRow | undefined> {
    const spentRowIds = [...this.#countByRowId]
      .filter(([, count]) => count >= PROBES_PER_ROW)
      .map(([rowId]) => rowId);
    const row = await readOldestRow(this.#database, this.#destination, spentRowIds);
    if (row !== undefined || spentRowIds.length === 0) return row;
    this.reset();
    return readOldestRow(this.#database, this.#destination, []);
  }

  /** A probe with this row is on its way. */
  taken(row: OutboxRow): void {
    this.#countByRowId.set(row.rowId, (this.#countByRowId.get(row.rowId) ?? 0) + 1);
  }

  /** All rows have their turns again. */
  reset(): void {
    this.#countByRowId.clear();
  }
}
