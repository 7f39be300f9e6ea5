// The answer of a query that counts rows by destination.
import type { Database, Statement } from '../../collector/extension/storage.ts';

/** Destinations without any are left out. `query` gives `destination` and `row_count`. */
export async function readDestinationCounts(
  database: Database,
  query: Statement,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.read(query);
  return new Map(rows.map((row) => [String(row.destination), Number(row.row_count)]));
}
