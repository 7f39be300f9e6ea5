// The list of incidents, in SQL: those that changed last come first, from a place on. Every list follows an index, so that
// one page costs the same however many incidents are kept: others wait for their commits behind it. Where several kinds
// are asked for, SQLite merges one ordered search for each.
import type { Row, Statement } from '../../collector/extension/storage.ts';
import {
  type IncidentCategory,
  SEVERITIES,
  type Severity,
  severityRank,
} from '../../bridge/transition/transition.ts';

export const INCIDENT_STATES = ['open', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export const CATEGORIES = [
  'quality',
  'connection',
  'storm',
  'pipeline',
  'delivery',
] as const satisfies readonly IncidentCategory[];

/** What is absent excludes none. */
export interface IncidentChoice {
  readonly state?: IncidentState | undefined;
  readonly category?: IncidentCategory | undefined;
  /** This one and more severe ones. */
  readonly minSeverity?: Severity | undefined;
  readonly subject?: string | undefined;
  /** Last changed then or later, and before. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Behind this place. */
  readonly after?: IncidentPlace | undefined;
  readonly limit: number;
}

/** Where an incident stands in the list. */
export interface IncidentPlace {
  readonly changedAtMs: number;
  readonly incidentId: string;
}

export interface ListedIncident {
  readonly incidentId: string;
  readonly incidentKey: string;
  readonly category: IncidentCategory;
  readonly subject: string;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly openedAtMs: number;
  readonly changedAtMs: number;
}

const COLUMNS = 'incident_id, incident_key, category, subject, severity, status, opened_at_ms, updated_at_ms';

/** A place before that of every incident that changed then. */
const BEFORE_ALL = '';

/**
 * The words of `choice` that are part of the text are of closed lists, so there are some hundred texts, each of which is
 * prepared once.
 */
export function listStatement(choice: IncidentChoice): Statement {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, after, subject, limit } = choice;
  const from = after !== undefined && after.changedAtMs < untilMs ? after : undefined;
  return {
    // A bare `LIMIT ?` would be prepared anew each time.
    sql: `${searchesOf(choice).join(' UNION ALL ')}
      ORDER BY updated_at_ms DESC, incident_id DESC LIMIT ?4 + 0`,
    values: [
      sinceMs,
      from?.changedAtMs ?? untilMs,
      from?.incidentId ?? BEFORE_ALL,
      limit,
      ...(subject === undefined ? [] : [subject]),
    ],
  };
}

export function listedIncident(row: Row): ListedIncident {
  return {
    incidentId: String(row.incident_id),
    incidentKey: String(row.incident_key),
    category: String(row.category) as IncidentCategory,
    subject: String(row.subject),
    severity: String(row.severity) as Severity,
    state: String(row.status) as IncidentState,
    openedAtMs: Number(row.opened_at_ms),
    changedAtMs: Number(row.updated_at_ms),
  };
}

/** Searches that together have all that is chosen, each incident once. */
function searchesOf({ state, category, minSeverity, subject }: IncidentChoice): readonly string[] {
  const states = state === undefined ? INCIDENT_STATES : [state];
  const categories = category === undefined ? CATEGORIES : [category];
  const severities = SEVERITIES.filter(
    (severity) => minSeverity === undefined || severityRank(severity) >= severityRank(minSeverity),
  );
  if (subject !== undefined) {
    const isChosen = `status IN (${quoted(states)}) AND category IN (${quoted(categories)})
      AND severity IN (${quoted(severities)})`;
    return [search('incidents_by_subject', `subject = ?5 AND ${isChosen}`)];
  }
  if (category === undefined && minSeverity === undefined) {
    return states.map((each) => search('incidents_by_age', `status = '${each}'`));
  }
  return states.flatMap((ofState) =>
    categories.flatMap((ofCategory) =>
      severities.map((severity) =>
        search(
          'incidents_by_kind',
          `category = '${ofCategory}' AND severity = '${severity}' AND status = '${ofState}'`,
        ),
      ),
    ),
  );
}

function search(index: string, condition: string): string {
  return `SELECT ${COLUMNS} FROM incidents INDEXED BY ${index}
    WHERE ${condition} AND updated_at_ms >= ?1 AND (updated_at_ms, incident_id) < (?2, ?3)`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
