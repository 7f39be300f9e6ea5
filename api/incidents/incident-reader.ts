// The tables of incidents as the API asks of them, in SQL. It only ever reads, and every answer is bounded.
import type { Host } from '../../collector/component.ts';
import {
  type Database,
  requireStorage,
  type Row,
  type SqlValue,
  type Statement,
} from '../../collector/extension/storage.ts';
import { INCIDENTS_DATABASE } from '../../bridge/outbox/outbox.ts';
import type { OutboxState } from '../../bridge/outbox/outbox-store.ts';
import { INCIDENTS_MIGRATIONS } from '../../bridge/outbox/schema.ts';
import type { Transition } from '../../bridge/transition/transition.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { type IncidentChoice, listedIncident, type ListedIncident, listStatement } from './incident-list.ts';

/** The way of one transition to one destination. */
export interface DeliveryRow {
  readonly rowId: number;
  readonly destination: string;
  readonly sequence: number;
  readonly state: OutboxState;
  readonly attemptCount: number;
  readonly waitingSinceMs: number;
  readonly nextAttemptAtMs: number;
  readonly settledAtMs?: number;
  readonly lastReason?: string;
  readonly stormId?: string;
  readonly stormSubject?: string;
  readonly silenceId?: string;
}

/** What a peer has answered is not read: it may have echoed anything. */
export interface AttemptRow {
  readonly rowId: number;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly outcome: string;
  readonly status?: number;
  readonly reason: string;
}

export interface DetailChoice {
  /** Transitions before this one; absent: from the last one on. */
  readonly beforeSequence?: number | undefined;
  readonly limit: number;
}

export interface IncidentDetails {
  readonly incident: ListedIncident;
  /** The newest of those that are chosen, in their order. */
  readonly transitions: readonly Transition[];
  readonly hasEarlierTransitions: boolean;
  /** Of those transitions. */
  readonly deliveries: readonly DeliveryRow[];
  /** Of each delivery the newest, one more than `MAX_ATTEMPTS` when there are more; newest first. */
  readonly attempts: readonly AttemptRow[];
}

/** Attempts that are shown of one delivery. */
export const MAX_ATTEMPTS = 10;
/** A session has at most one open incident of each of two categories. */
const MAX_OPEN_IDS = 10;
const RETRY_AFTER_S = 5;

export const STATEMENTS = {
  incident: 'SELECT * FROM incidents WHERE incident_id = ?1',
  transitions: `SELECT transition_json FROM transitions INDEXED BY transitions_by_incident
    WHERE incident_id = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3 + 0`,
  deliveries: `SELECT row_id, destination, sequence, state, attempt_count, created_at_ms, next_attempt_at_ms, settled_at_ms,
      last_reason, storm_id, silence_id,
      (SELECT subject FROM incidents WHERE incidents.incident_id = outbox.storm_id) AS storm_subject
    FROM outbox INDEXED BY outbox_by_incident WHERE incident_id = ?1 AND sequence BETWEEN ?2 AND ?3
    ORDER BY destination`,
  attempts: `SELECT row_id, started_at_ms, duration_ms, outcome, status, reason
    FROM json_each(?1) AS chosen JOIN attempts ON attempt_id IN (SELECT newest.attempt_id
      FROM attempts AS newest INDEXED BY attempts_by_row WHERE newest.row_id = chosen.value
      ORDER BY newest.attempt_id DESC LIMIT ${MAX_ATTEMPTS + 1})
    ORDER BY attempt_id DESC`,
  openIds: `SELECT incident_id FROM incidents INDEXED BY incidents_by_subject
    WHERE subject = ?1 AND status = 'open' AND category IN ('quality', 'connection')
    ORDER BY updated_at_ms DESC LIMIT ${MAX_OPEN_IDS}`,
} as const;

export class IncidentReader {
  readonly #database: Pick<Database, 'read'>;

  constructor(database: Pick<Database, 'read'>) {
    this.#database = database;
  }

  /** Undefined where no pipeline makes incidents. Throws a sentence for the user when there is nothing to keep them in. */
  static async open(host: Host): Promise<IncidentReader | undefined> {
    if (host.hub('logs') === undefined) return undefined;
    const database = await requireStorage(host).open(INCIDENTS_DATABASE, {
      migrations: INCIDENTS_MIGRATIONS,
      survives: 'machine',
    });
    return new IncidentReader(database);
  }

  async list(choice: IncidentChoice): Promise<readonly ListedIncident[]> {
    return (await this.#rows(listStatement(choice))).map(listedIncident);
  }

  /** Ids of the session's open incidents, the last changed first. */
  async openIdsOf(sessionId: string): Promise<readonly string[]> {
    return (await this.#read('openIds', sessionId)).map((row) => String(row.incident_id));
  }

  /** Undefined when there is no such incident. */
  async details(
    incidentId: string,
    { beforeSequence = Number.MAX_SAFE_INTEGER, limit }: DetailChoice,
  ): Promise<IncidentDetails | undefined> {
    const [row] = await this.#read('incident', incidentId);
    if (row === undefined) return undefined;
    const newestFirst = await this.#read('transitions', incidentId, beforeSequence, limit + 1);
    const transitions = newestFirst
      .slice(0, limit)
      .map((each) => JSON.parse(String(each.transition_json)) as Transition)
      .reverse();
    const deliveries = await this.#deliveries(incidentId, transitions);
    const rowIds = deliveries.map(({ rowId }) => rowId);
    return {
      incident: listedIncident(row),
      transitions,
      hasEarlierTransitions: newestFirst.length > limit,
      deliveries,
      attempts: (await this.#read('attempts', JSON.stringify(rowIds))).map(attemptRow),
    };
  }

  async #deliveries(incidentId: string, transitions: readonly Transition[]): Promise<readonly DeliveryRow[]> {
    const [first, last] = [transitions[0]?.sequence, transitions.at(-1)?.sequence];
    if (first === undefined || last === undefined) return [];
    return (await this.#read('deliveries', incidentId, first, last)).map(deliveryRow);
  }

  #read(name: keyof typeof STATEMENTS, ...values: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#rows({ sql: STATEMENTS[name], values });
  }

  async #rows(statement: Statement): Promise<readonly Row[]> {
    try {
      return await this.#database.read(statement);
    } catch (cause) {
      const headers = { 'retry-after': String(RETRY_AFTER_S) };
      throw new ApiRefusal(503, 'storage.unavailable', 'incidents can not be read at present', headers, {
        cause,
      });
    }
  }
}

function deliveryRow(row: Row): DeliveryRow {
  const text = (key: string) => (row[key] === null ? undefined : String(row[key]));
  const [lastReason, stormId, stormSubject, silenceId] = [
    text('last_reason'),
    text('storm_id'),
    text('storm_subject'),
    text('silence_id'),
  ];
  return {
    rowId: Number(row.row_id),
    destination: String(row.destination),
    sequence: Number(row.sequence),
    state: String(row.state) as OutboxState,
    attemptCount: Number(row.attempt_count),
    waitingSinceMs: Number(row.created_at_ms),
    nextAttemptAtMs: Number(row.next_attempt_at_ms),
    ...(row.settled_at_ms !== null && { settledAtMs: Number(row.settled_at_ms) }),
    ...(lastReason !== undefined && { lastReason }),
    ...(stormId !== undefined && { stormId }),
    ...(stormSubject !== undefined && { stormSubject }),
    ...(silenceId !== undefined && { silenceId }),
  };
}

function attemptRow(row: Row): AttemptRow {
  return {
    rowId: Number(row.row_id),
    startedAtMs: Number(row.started_at_ms),
    durationMs: Number(row.duration_ms),
    outcome: String(row.outcome),
    reason: String(row.reason),
    ...(row.status !== null && { status: Number(row.status) }),
  };
}
