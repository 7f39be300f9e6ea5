// How many transitions each silence has held back. Counted in memory and written now and then: a crash takes what was
// counted since, which no delivery depends on.
import type { Database, Statement } from '../../collector/extension/storage.ts';

/** What one silence has held back. */
export interface Tally {
  readonly count: number;
  /** When it last did; absent while it has not. */
  readonly lastAtMs?: number;
}

export class Tallies {
  readonly #database: Database;
  readonly #extension: string;
  readonly #tallies = new Map<string, Tally>();
  readonly #unwritten = new Set<string>();

  constructor(database: Database, extension: string) {
    this.#database = database;
    this.#extension = extension;
  }

  async load(): Promise<void> {
    const rows = await this.#database.read({
      sql: 'SELECT * FROM tallies WHERE extension = ?',
      values: [this.#extension],
    });
    for (const row of rows) {
      this.#tallies.set(String(row.silence_id), {
        count: Number(row.held_back_count),
        ...(row.last_held_back_at_ms !== null && { lastAtMs: Number(row.last_held_back_at_ms) }),
      });
    }
  }

  /** Undefined for a silence that has never been active while somebody looked. */
  of(silenceId: string): Tally | undefined {
    return this.#tallies.get(silenceId);
  }

  /** From now on there is a tally of it. */
  begin(silenceId: string): void {
    if (!this.#tallies.has(silenceId)) this.#set(silenceId, { count: 0 });
  }

  add(silenceId: string, atMs: number): void {
    this.#set(silenceId, { count: (this.of(silenceId)?.count ?? 0) + 1, lastAtMs: atMs });
  }

  /** Writes what has changed, and forgets those of which `isKept` says no. Rejects when the disk does; then all is still to be written. */
  async write(isKept: (silenceId: string) => boolean): Promise<void> {
    const forgotten = [...this.#tallies.keys()].filter((id) => !isKept(id));
    const changed = [...this.#unwritten].filter(isKept);
    if (forgotten.length + changed.length === 0) return;
    for (const id of changed) this.#unwritten.delete(id);
    try {
      await this.#database.commit([
        ...changed.map((id) => tallyStatement(this.#extension, id, this.#tallies.get(id)!)),
        ...forgotten.map((id) => removeTally(this.#extension, id)),
      ]);
    } catch (error) {
      for (const id of changed) this.#unwritten.add(id);
      throw error;
    }
    for (const id of forgotten) {
      this.#tallies.delete(id);
      this.#unwritten.delete(id);
    }
  }

  #set(silenceId: string, tally: Tally): void {
    this.#tallies.set(silenceId, tally);
    this.#unwritten.add(silenceId);
  }
}

function tallyStatement(extension: string, silenceId: string, { count, lastAtMs }: Tally): Statement {
  return {
    sql: `INSERT INTO tallies (extension, silence_id, held_back_count, last_held_back_at_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (extension, silence_id) DO UPDATE SET held_back_count = excluded.held_back_count,
        last_held_back_at_ms = excluded.last_held_back_at_ms`,
    values: [extension, silenceId, count, lastAtMs ?? null],
  };
}

function removeTally(extension: string, silenceId: string): Statement {
  return {
    sql: 'DELETE FROM tallies WHERE extension = ? AND silence_id = ?',
    values: [extension, silenceId],
  };
}
