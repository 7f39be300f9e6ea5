// A database in memory that answers at once: for tests with so many rows, or so much virtual time, that a disk would be
// all that they measure.
import { GroupedDatabase } from '../../collector/extension/file_storage/grouped-database.ts';
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';

export class MemoryDatabase implements Database {
  /** The most rows that one question was answered with. */
  mostRowsRead = 0;
  readonly #database: GroupedDatabase;

  constructor(migrations: readonly string[]) {
    this.#database = new GroupedDatabase(':memory:', migrations, 'NORMAL');
  }

  commit(statements: readonly Statement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#database.enqueue(statements, (error) => (error === undefined ? resolve() : reject(error)));
      this.#database.commitWaiting();
    });
  }

  read({ sql, values }: Statement): Promise<readonly Row[]> {
    const rows = this.#database.read(sql, values);
    this.mostRowsRead = Math.max(this.mostRowsRead, rows.length);
    return Promise.resolve(rows);
  }

  close(): void {
    this.#database.close();
  }
}
