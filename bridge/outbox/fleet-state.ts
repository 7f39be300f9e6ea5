// What a processor remembers of all its sessions together: one text for each pipeline, committed with the transitions that
// it came from.
import type { Database, Statement } from '../../collector/extension/storage.ts';

export function fleetStatement(pipeline: string, state: string): Statement {
  return {
    sql: `INSERT INTO fleets (pipeline, state) VALUES (?, ?)
      ON CONFLICT (pipeline) DO UPDATE SET state = excluded.state`,
    values: [pipeline, state],
  };
}

/** Undefined when nothing was ever stored. */
export async function readFleetState(database: Database, pipeline: string): Promise<string | undefined> {
  const [row] = await database.read({
    sql: 'SELECT state FROM fleets WHERE pipeline = ?',
    values: [pipeline],
  });
  return row === undefined ? undefined : String(row.state);
}
