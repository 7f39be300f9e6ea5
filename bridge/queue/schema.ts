// The tables of local queues, and how those of an earlier version become the present ones. A queue prepares them when it
// starts: a process without one has none.
import type { Database, Statement } from '../../collector/extension/storage.ts';

/** The table of alerts as it was first: columns are added to it, so that old and new ones come about the same way. */
const CREATE_ALERTS = `CREATE TABLE IF NOT EXISTS alerts (
  queue TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  incident_key TEXT NOT NULL,
  category TEXT NOT NULL,
  session_id TEXT NOT NULL,
  agent_id TEXT,
  severity TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'resolved')),
  sequence INTEGER NOT NULL,
  environment TEXT NOT NULL,
  reasons_json TEXT NOT NULL,
  notes TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  resolved_at_ms INTEGER,
  PRIMARY KEY (queue, incident_id)
) STRICT, WITHOUT ROWID`;

interface AddedColumn {
  readonly name: string;
  readonly type: string;
  /** What it is for alerts that were there before it, in SQL. Absent: its default. */
  readonly before?: string;
}

/** Appended to, never edited. */
const ADDED_ALERT_COLUMNS: readonly AddedColumn[] = [
  {
    name: 'severity_rank',
    type: 'INTEGER NOT NULL DEFAULT 0',
    before: `CASE severity WHEN 'critical' THEN 2 WHEN 'high' THEN 1 ELSE 0 END`,
  },
  { name: 'group_json', type: 'TEXT' },
  // What holds it back: then it is for nobody to see, and no clock runs.
  { name: 'storm_id', type: 'TEXT' },
  { name: 'silence_id', type: 'TEXT' },
  // Since when it waits to be acknowledged: the start of `max_hold`.
  { name: 'waiting_since_ms', type: 'INTEGER NOT NULL DEFAULT 0', before: 'opened_at_ms' },
  { name: 'hold_missed_at_ms', type: 'INTEGER' },
  { name: 'escalated_steps', type: 'INTEGER NOT NULL DEFAULT 0' },
  { name: 'assigned_to', type: 'TEXT' },
  { name: 'assigned_at_ms', type: 'INTEGER' },
  // Names the claim that took it.
  { name: 'claim_id', type: 'TEXT' },
  { name: 'released_by', type: 'TEXT' },
  { name: 'acknowledged_by', type: 'TEXT' },
  { name: 'acknowledged_at_ms', type: 'INTEGER' },
  { name: 'reopened_at_ms', type: 'INTEGER' },
  { name: 'resolved_by', type: 'TEXT' },
  { name: 'resolution_note', type: 'TEXT' },
  { name: 'operator_notes_json', type: `TEXT NOT NULL DEFAULT '[]'` },
  // Whether the time that it took has been recorded.
  { name: 'is_timed', type: 'INTEGER NOT NULL DEFAULT 0', before: '1' },
];

const CREATE_OPERATORS = `CREATE TABLE IF NOT EXISTS operators (
  queue TEXT NOT NULL,
  operator_id TEXT NOT NULL,
  name TEXT,
  skills_json TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('available', 'away', 'not_responding')),
  available_since_ms INTEGER,
  PRIMARY KEY (queue, operator_id)
) STRICT, WITHOUT ROWID`;

const CREATE_INDEXES: readonly string[] = [
  'CREATE INDEX IF NOT EXISTS alerts_by_age ON alerts (queue, opened_at_ms)',
  // Holds all that a look at the open alerts asks for, so that the table itself is not read.
  `CREATE INDEX IF NOT EXISTS alerts_by_turn ON alerts (queue, severity_rank DESC, waiting_since_ms, incident_id,
      assigned_to, assigned_at_ms, acknowledged_at_ms, hold_missed_at_ms)
    WHERE status = 'open' AND storm_id IS NULL AND silence_id IS NULL`,
  `CREATE INDEX IF NOT EXISTS alerts_by_operator ON alerts (queue, assigned_to)
    WHERE status = 'open' AND assigned_to IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS alerts_held ON alerts (queue, storm_id, silence_id)
    WHERE status = 'open' AND (storm_id IS NOT NULL OR silence_id IS NOT NULL)`,
  `CREATE INDEX IF NOT EXISTS alerts_to_time ON alerts (queue) WHERE status = 'resolved' AND is_timed = 0`,
];

/** Brings the tables to their present form, from none or from any earlier one. Safe at every start. */
export async function prepareTables(database: Database): Promise<void> {
  await database.commit([CREATE_ALERTS, CREATE_OPERATORS].map(statement));
  const rows = await database.read(statement(`SELECT name FROM pragma_table_info('alerts')`));
  const present = new Set(rows.map(({ name }) => name));
  const missing = ADDED_ALERT_COLUMNS.filter(({ name }) => !present.has(name));
  await database.commit([
    ...missing.map(({ name, type }) => statement(`ALTER TABLE alerts ADD COLUMN ${name} ${type}`)),
    ...missing.flatMap(({ name, before }) =>
      before === undefined ? [] : [statement(`UPDATE alerts SET ${name} = ${before}`)],
    ),
    ...CREATE_INDEXES.map(statement),
  ]);
}

function statement(sql: string): Statement {
  return { sql, values: [] };
}
