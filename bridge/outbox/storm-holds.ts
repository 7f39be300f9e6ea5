// What storms hold back, in SQL. The notice of a storm stands for the incidents that it lists, destination by destination:
// delivered, it settles them; where it will not be, they are let go. So every held row either has a notice on its way
// that lists it, or waits to be listed, and `late-holds.ts` sees to it that it doesn't wait for long.
import type { Database, Statement } from '../../collector/extension/storage.ts';
import type { Transition } from '../transition/transition.ts';
import { readDestinationCounts } from './destination-counts.ts';
import type { OutboxRow, Settlement } from './outbox-store.ts';

/** Rows of the incident ?2 at the destination ?1 that belong to the storm ?13. */
const OF_MEMBER =
  'before.incident_id = ?2 AND before.destination = ?1 AND before.storm_id = ?13 ORDER BY before.sequence DESC LIMIT 1';

/** The notice that has listed the incident of a row that is being stored. */
export const LISTED_UNDER_STORM = `(SELECT before.listed_sequence FROM outbox AS before
  WHERE before.listed_sequence IS NOT NULL AND ${OF_MEMBER})`;

/**
 * The state of a row that is stored under a storm: as that of the row before it, so that what was let go stays let go. A
 * first one waits for the notice that will list it; one that follows only what a silence holds back, for the one that
 * has.
 */
export const STATE_UNDER_STORM = `coalesce(
  (SELECT CASE WHEN before.state IN ('held', 'listed') THEN before.state ELSE 'pending' END
    FROM outbox AS before WHERE before.state <> 'silenced' AND ${OF_MEMBER}),
  (SELECT ${stateByNotice('?13', '?1', 'before.listed_sequence')}
    FROM outbox AS before WHERE before.listed_sequence IS NOT NULL AND ${OF_MEMBER}),
  'held')`;

/** The state of a row whose incident the notice `sequence` of a storm has listed; each argument is an SQL expression. */
export function stateByNotice(stormId: string, destination: string, sequence: string): string {
  return `coalesce((SELECT CASE notice.state WHEN 'delivered' THEN 'listed' WHEN 'pending' THEN 'held' END
    FROM outbox AS notice WHERE notice.incident_id = ${stormId} AND notice.destination = ${destination}
      AND notice.sequence = ${sequence}), 'pending')`;
}

/** Whether a row is of its incident's last opening, as far as its destination knows of it. */
export const IS_OF_LAST_OPENING = `sequence >= (SELECT coalesce(max(opening.sequence), 0) FROM outbox AS opening
  WHERE opening.incident_id = outbox.incident_id AND opening.destination = outbox.destination
    AND opening.kind IN ('opened', 'reopened'))`;

/**
 * What a storm's transition changes of its members, at all destinations: part of its commit, behind the rows of that
 * commit. The rows are looked up by their incidents: the storm may have many more.
 */
export function stormStatements({ incidentId, sequence, group }: Transition, nowMs: number): Statement[] {
  const { listedIds = [], survivorIds = [] } = group ?? {};
  return [
    ...(listedIds.length > 0 ? listStatements(incidentId, sequence, JSON.stringify(listedIds)) : []),
    ...(survivorIds.length > 0 ? survivorStatements(incidentId, JSON.stringify(survivorIds), nowMs) : []),
  ];
}

/**
 * What a silence holds back is listed too: when the silence ends it matters which notice has told of it. Where the notice
 * is not on its way, be it unwanted or silenced, its members go by themselves.
 */
function listStatements(stormId: string, sequence: number, incidentIds: string): Statement[] {
  const values = [stormId, sequence, incidentIds];
  const ofMembers = 'storm_id = ?1 AND incident_id IN (SELECT value FROM json_each(?3))';
  return [
    {
      sql: `UPDATE outbox INDEXED BY outbox_by_incident SET listed_sequence = ?2
        WHERE ${ofMembers} AND listed_sequence IS NULL AND state IN ('held', 'silenced')`,
      values,
    },
    {
      sql: `UPDATE outbox INDEXED BY outbox_by_incident SET state = 'pending', last_reason = 'not told of by its storm'
        WHERE ${ofMembers} AND listed_sequence = ?2 AND state = 'held'
          AND NOT EXISTS (SELECT 1 FROM outbox AS notice WHERE notice.incident_id = ?1
            AND notice.destination = outbox.destination AND notice.sequence = ?2
            AND notice.state IN ('pending', 'delivered'))`,
      values,
    },
  ];
}

/** Which rows of a storm's survivors, given as JSON in ?2, get notices of their own. */
const IS_SURVIVOR = `storm_id = ?1 AND state IN ('held', 'listed')
  AND incident_id IN (SELECT value FROM json_each(?2)) AND ${IS_OF_LAST_OPENING}`;

/**
 * The wait of what its notice has told of starts anew, its escalation too; that of the rest goes on, and with it its SLA. What a silence
 * holds back has no storm any more that could tell of it.
 */
function survivorStatements(stormId: string, incidentIds: string, nowMs: number): Statement[] {
  return [
    {
      sql: `UPDATE outbox INDEXED BY outbox_by_incident SET state = 'pending', storm_id = NULL, listed_sequence = NULL,
          created_at_ms = CASE state WHEN 'listed' THEN ?3 ELSE created_at_ms END,
          escalated_steps = CASE state WHEN 'listed' THEN 0 ELSE escalated_steps END,
          next_attempt_at_ms = ?3, settled_at_ms = NULL, last_reason = 'outlived its storm'
        WHERE ${IS_SURVIVOR}`,
      values: [stormId, incidentIds, nowMs],
    },
    {
      sql: `UPDATE outbox INDEXED BY outbox_by_incident SET storm_id = NULL, listed_sequence = NULL
        WHERE storm_id = ?1 AND incident_id IN (SELECT value FROM json_each(?2)) AND state = 'silenced'`,
      values: [stormId, incidentIds],
    },
  ];
}

/** How many rows the end of a storm would let go, at each destination. */
export function readSurvivorCounts(
  database: Database,
  { incidentId, group }: Transition,
): Promise<ReadonlyMap<string, number>> {
  return readDestinationCounts(database, {
    sql: `SELECT destination, count(*) AS row_count FROM outbox INDEXED BY outbox_by_incident
      WHERE ${IS_SURVIVOR} GROUP BY destination`,
    values: [incidentId, JSON.stringify(group?.survivorIds ?? [])],
  });
}

/** What becomes of the rows that the notice has listed at its destination, now that it is settled. */
export function settledNoticeStatements(
  notice: Pick<OutboxRow, 'incidentId' | 'destination' | 'sequence'>,
  state: Exclude<Settlement['state'], 'pending'>,
  nowMs: number,
): Statement[] {
  const { incidentId, destination, sequence } = notice;
  const which = `WHERE storm_id = ? AND destination = ? AND state = 'held' AND listed_sequence = ?`;
  if (state === 'delivered') {
    const sql = `UPDATE outbox SET state = 'listed', settled_at_ms = ? ${which}`;
    return [{ sql, values: [nowMs, incidentId, destination, sequence] }];
  }
  const sql = `UPDATE outbox SET state = 'pending', last_reason = 'its storm could not be told of' ${which}`;
  return [{ sql, values: [incidentId, destination, sequence] }];
}

/** The same, for all notices that have died without an attempt. */
export const DEAD_NOTICES: Statement = {
  sql: `UPDATE outbox SET state = 'pending', last_reason = 'its storm could not be told of'
    WHERE state = 'held' AND EXISTS (SELECT 1 FROM outbox AS notice WHERE notice.incident_id = outbox.storm_id
      AND notice.destination = outbox.destination AND notice.sequence = outbox.listed_sequence
      AND notice.state = 'dead')`,
  values: [],
};
