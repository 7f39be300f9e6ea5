// The tables of the bridge. `incidents.db` survives a loss of power: a transition, its rows and the state it leaves
// behind are one commit there. `checkpoints.db` survives the death of the process.

/** Appended to, never edited: each entry brings the database one version on. */
export const INCIDENTS_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE incidents (
    incident_id TEXT PRIMARY KEY,
    incident_key TEXT NOT NULL,
    category TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    opened_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX incidents_by_age ON incidents (status, updated_at_ms);

  CREATE TABLE transitions (
    idempotency_key TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    transition_json TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX transitions_by_incident ON transitions (incident_id, sequence);

  CREATE TABLE outbox (
    row_id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    severity_rank INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead')),
    attempt_count INTEGER NOT NULL DEFAULT 0,
    conflict_count INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    next_attempt_at_ms INTEGER NOT NULL,
    settled_at_ms INTEGER,
    last_reason TEXT,
    UNIQUE (destination, idempotency_key)
  ) STRICT;
  CREATE INDEX outbox_by_urgency ON outbox (destination, state, severity_rank DESC, created_at_ms, row_id);
  CREATE INDEX outbox_by_due ON outbox (destination, next_attempt_at_ms) WHERE state = 'pending';
  CREATE INDEX outbox_by_incident ON outbox (destination, incident_id, state, sequence);
  CREATE INDEX outbox_by_age ON outbox (state, created_at_ms);

  CREATE TABLE attempts (
    attempt_id INTEGER PRIMARY KEY,
    row_id INTEGER NOT NULL REFERENCES outbox (row_id) ON DELETE CASCADE,
    started_at_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    reason TEXT NOT NULL,
    excerpt TEXT
  ) STRICT;
  CREATE INDEX attempts_by_row ON attempts (row_id);

  CREATE TABLE sessions (
    pipeline TEXT NOT NULL,
    session_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT,
    PRIMARY KEY (pipeline, session_id)
  ) STRICT, WITHOUT ROWID;
  `,
  // SQLite can't change a CHECK: the tables are made anew. The references of the new ones follow the renaming.
  `
  CREATE TABLE new_outbox (
    row_id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    severity_rank INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'held', 'listed', 'silenced', 'delivered', 'dead')),
    storm_id TEXT,
    listed_sequence INTEGER,
    silence_id TEXT,
    escalated_steps INTEGER NOT NULL DEFAULT 0,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    conflict_count INTEGER NOT NULL DEFAULT 0,
    decided_at_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    next_attempt_at_ms INTEGER NOT NULL,
    settled_at_ms INTEGER,
    last_reason TEXT,
    UNIQUE (destination, idempotency_key)
  ) STRICT;
  INSERT INTO new_outbox (row_id, destination, incident_id, sequence, kind, category, subject, severity, severity_rank,
      idempotency_key, body, state, attempt_count, conflict_count, decided_at_ms, created_at_ms, next_attempt_at_ms,
      settled_at_ms, last_reason)
    SELECT row_id, destination, incident_id, sequence, kind,
      coalesce((SELECT category FROM incidents WHERE incidents.incident_id = outbox.incident_id), 'quality'),
      subject, severity, severity_rank, idempotency_key, body, state, attempt_count, conflict_count,
      coalesce((SELECT decided_at_ms FROM transitions WHERE transitions.idempotency_key = outbox.idempotency_key),
        created_at_ms),
      created_at_ms, next_attempt_at_ms, settled_at_ms, last_reason
    FROM outbox;
  CREATE TABLE new_attempts (
    attempt_id INTEGER PRIMARY KEY,
    row_id INTEGER NOT NULL REFERENCES new_outbox (row_id) ON DELETE CASCADE,
    started_at_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER,
    reason TEXT NOT NULL,
    excerpt TEXT
  ) STRICT;
  INSERT INTO new_attempts SELECT * FROM attempts;
  DROP TABLE attempts;
  DROP TABLE outbox;
  ALTER TABLE new_outbox RENAME TO outbox;
  ALTER TABLE new_attempts RENAME TO attempts;
  CREATE INDEX outbox_by_urgency ON outbox (destination, state, severity_rank DESC, created_at_ms, row_id);
  CREATE INDEX outbox_by_due ON outbox (destination, next_attempt_at_ms) WHERE state = 'pending';
  CREATE INDEX outbox_by_incident ON outbox (incident_id, destination, state, sequence);
  CREATE INDEX outbox_by_age ON outbox (state, created_at_ms);
  CREATE INDEX outbox_by_hold ON outbox (destination, created_at_ms) WHERE state = 'held';
  CREATE INDEX outbox_by_storm ON outbox (storm_id, destination, state, listed_sequence) WHERE storm_id IS NOT NULL;
  CREATE INDEX outbox_by_silence ON outbox (silence_id) WHERE state = 'silenced';
  CREATE INDEX attempts_by_row ON attempts (row_id);

  CREATE TABLE fleets (
    pipeline TEXT PRIMARY KEY,
    state TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // For lists of incidents: by what they are, and by what they are about.
  `
  CREATE INDEX incidents_by_kind ON incidents (category, severity, status, updated_at_ms);
  CREATE INDEX incidents_by_subject ON incidents (subject, updated_at_ms);
  `,
];

export const CHECKPOINTS_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE sessions (
    pipeline TEXT NOT NULL,
    session_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    state TEXT,
    PRIMARY KEY (pipeline, session_id)
  ) STRICT, WITHOUT ROWID;
  `,
];
