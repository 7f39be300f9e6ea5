// What waits for one destination, in numbers that are read now and then: by index, however much there is.
import type { Database } from '../../collector/extension/storage.ts';
import { SEVERITIES, severityRank } from '../transition/transition.ts';

export interface Backlog {
  readonly pendingCount: number;
  /** When the oldest pending transition was decided; absent when nothing is pending. */
  readonly oldestAtMs?: number;
  /** Decided before `overdueBeforeMs`. */
  readonly overdueCount: number;
  readonly overdueBeforeMs: number;
  readonly deadCount: number;
}

/** `outbox_by_urgency` has the ages in order within each severity: one look-up, and one range, for each. */
const RANKS = SEVERITIES.map(severityRank);
const OF_RANK = (what: string, rank: number, rest = '') =>
  `(SELECT ${what} FROM outbox INDEXED BY outbox_by_urgency
    WHERE destination = ?1 AND state = 'pending' AND severity_rank = ${rank} ${rest})`;

const SQL = `SELECT
  (SELECT count(*) FROM outbox INDEXED BY outbox_by_urgency WHERE destination = ?1 AND state = 'pending') AS pending,
  (SELECT count(*) FROM outbox INDEXED BY outbox_by_urgency WHERE destination = ?1 AND state = 'dead') AS dead,
  ${RANKS.map((rank) => OF_RANK('count(*)', rank, 'AND created_at_ms < ?2')).join(' + ')} AS overdue,
  ${RANKS.map((rank) => `${OF_RANK('min(created_at_ms)', rank)} AS oldest_${rank}`).join(', ')}`;

export async function readBacklog(
  database: Database,
  destination: string,
  overdueBeforeMs: number,
): Promise<Backlog> {
  const [row = {}] = await database.read({ sql: SQL, values: [destination, overdueBeforeMs] });
  const oldestAtMs = Math.min(
    ...RANKS.map((rank) => row[`oldest_${rank}`] ?? undefined)
      .filter((atMs) => atMs !== undefined)
      .map(Number),
  );
  return {
    pendingCount: Number(row.pending ?? 0),
    ...(Number.isFinite(oldestAtMs) && { oldestAtMs }),
    overdueCount: Number(row.overdue ?? 0),
    overdueBeforeMs,
    deadCount: Number(row.dead ?? 0),
  };
}
