// The tables of silences, as SQL. No decisions here. Several extensions share them, each by its id.
import type { Database, Row, Statement } from '../../collector/extension/storage.ts';
import type { Silence } from './silence.ts';

export const SILENCES_DATABASE = 'silences';

/** Appended to, never edited. */
export const SILENCES_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE silences (
    extension TEXT NOT NULL,
    silence_id TEXT NOT NULL,
    matchers_json TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    author TEXT NOT NULL,
    comment TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER,
    PRIMARY KEY (extension, silence_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tallies (
    extension TEXT NOT NULL,
    silence_id TEXT NOT NULL,
    held_back_count INTEGER NOT NULL,
    last_held_back_at_ms INTEGER,
    PRIMARY KEY (extension, silence_id)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Writes a silence of the API, or what has become of it. */
export function silenceStatement(
  extension: string,
  silence: Silence & { readonly createdAtMs: number },
): Statement {
  return {
    sql: `INSERT INTO silences (extension, silence_id, matchers_json, starts_at_ms, ends_at_ms, author, comment,
        created_at_ms, updated_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (extension, silence_id) DO UPDATE SET matchers_json = excluded.matchers_json,
        starts_at_ms = excluded.starts_at_ms, ends_at_ms = excluded.ends_at_ms, author = excluded.author,
        comment = excluded.comment, updated_at_ms = excluded.updated_at_ms`,
    values: [
      extension,
      silence.id,
      JSON.stringify(silence.matchers),
      silence.startsAtMs,
      silence.endsAtMs,
      silence.author,
      silence.comment,
      silence.createdAtMs,
      silence.updatedAtMs ?? null,
    ],
  };
}

export function removeSilence(extension: string, silenceId: string): Statement {
  return {
    sql: 'DELETE FROM silences WHERE extension = ? AND silence_id = ?',
    values: [extension, silenceId],
  };
}

export async function readSilences(database: Database, extension: string): Promise<readonly StoredSilence[]> {
  const rows = await database.read({
    sql: 'SELECT * FROM silences WHERE extension = ?',
    values: [extension],
  });
  return rows.map(silenceOf);
}

export type StoredSilence = Silence & { readonly createdAtMs: number };

function silenceOf(row: Row): StoredSilence {
  return {
    id: String(row.silence_id),
    origin: 'api',
    matchers: JSON.parse(String(row.matchers_json)) as readonly string[],
    startsAtMs: Number(row.starts_at_ms),
    endsAtMs: Number(row.ends_at_ms),
    author: String(row.author),
    comment: String(row.comment),
    createdAtMs: Number(row.created_at_ms),
    ...(row.updated_at_ms !== null && { updatedAtMs: Number(row.updated_at_ms) }),
  };
}
