// What is remembered of the escalation of one exporter's alerts: the incident that tells of them, and who was told. Kept in
// a table of its own, in the commit of each notice, so that a restart neither repeats one nor forgets whom to tell the end.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import type { GroupMember, ReasonRule, Severity } from '../transition/transition.ts';
import type { EscalationCause } from './source.ts';

/** What a destination has last been told of an incident. */
export interface Told {
  readonly isOpen: boolean;
  readonly severity: Severity;
}

/** As JSON it is stored, so nothing in it is undefined. */
export interface EscalationState {
  /** Of the trigger of its first opening: names it, together with the source. */
  readonly bucket: number;
  readonly nextSequence: number;
  readonly isOpen: boolean;
  /** The worst that was escalated since it opened. */
  readonly severity: Severity;
  readonly peakSeverity: Severity;
  /** Since when the oldest alert had waited with which it opened. */
  readonly triggerAtMs: number;
  readonly environment: string;
  /** The same of all alerts that were escalated since. */
  readonly oldestSinceMs: number;
  /** Incidents of which was told since it opened; of them by severity, by first reason, and the worst. */
  readonly memberCount: number;
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  readonly byReason: Readonly<Partial<Record<ReasonRule, number>>>;
  readonly worst: readonly GroupMember[];
  /** How many alerts each cause has had since it opened. */
  readonly causeCounts: Readonly<Partial<Record<EscalationCause, number>>>;
  /** By step: when its last notice was decided. */
  readonly noticeAtMs: Readonly<Record<number, number>>;
  /** By destination, all that ever heard of this incident. */
  readonly told: Readonly<Record<string, Told>>;
}

/** Safe at every start. */
export const CREATE_ESCALATIONS: Statement = {
  sql: 'CREATE TABLE IF NOT EXISTS escalations (source TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID',
  values: [],
};

export function stateStatement(source: string, state: EscalationState): Statement {
  return {
    sql: `INSERT INTO escalations (source, state) VALUES (?, ?)
      ON CONFLICT (source) DO UPDATE SET state = excluded.state`,
    values: [source, JSON.stringify(state)],
  };
}

/** Undefined when nothing was ever escalated. */
export async function readEscalationState(
  database: Database,
  source: string,
): Promise<EscalationState | undefined> {
  const [row] = await database.read({
    sql: 'SELECT state FROM escalations WHERE source = ?',
    values: [source],
  });
  return row === undefined ? undefined : (JSON.parse(String(row.state)) as EscalationState);
}
