// The tables of the rollups. `rollups.db` survives the death of the process; a loss of power may take the last checkpoints.

/** Appended to, never edited: each entry brings the database one version on. */
export const ROLLUPS_MIGRATIONS: readonly string[] = [
  // Columns and sketches stand apart, so that a query reads nothing that it doesn't select.
  `
  CREATE TABLE blocks (
    block_id INTEGER PRIMARY KEY,
    start_ms INTEGER NOT NULL,
    interval_ms INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    fields TEXT NOT NULL,
    indexes BLOB NOT NULL,
    counts BLOB NOT NULL
  ) STRICT;
  CREATE INDEX blocks_by_time ON blocks (start_ms, size_bytes);

  CREATE TABLE columns (
    block_id INTEGER NOT NULL REFERENCES blocks (block_id) ON DELETE CASCADE,
    metric TEXT NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (block_id, metric)
  ) STRICT;

  CREATE TABLE sketches (
    block_id INTEGER NOT NULL REFERENCES blocks (block_id) ON DELETE CASCADE,
    metric TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (block_id, metric)
  ) STRICT;

  CREATE TABLE kept (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    from_ms INTEGER NOT NULL
  ) STRICT;
  `,
];
