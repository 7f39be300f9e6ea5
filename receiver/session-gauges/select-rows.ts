// The cardinality governor: which sessions an exporter shows one by one. The metrics over all sessions are not its
// business; they are always exported. A pure decision over columns.
import type { DegradedLevel } from './degraded-level.ts';

export const SESSION_CHOICES = ['all', 'degraded', 'worst', 'none'] as const;

export interface SessionSelection {
  /** `degraded` takes levels 2 and 3; `worst` takes the `worstCount` worst. */
  readonly sessions: (typeof SESSION_CHOICES)[number];
  readonly worstCount: number;
}

/** What the decision is made by, one entry per row; rows that are not live hold anything. */
export interface RowColumns {
  readonly rowCount: number;
  isLive(row: number): boolean;
  readonly levels: Uint8Array;
  /** NaN for a session whose newest sample has no MOS. */
  readonly mos: Float64Array;
}

const DEGRADED: DegradedLevel = 2;
const CRITICAL: DegradedLevel = 3;

/** The chosen rows, ascending. */
export function selectRows({ sessions, worstCount }: SessionSelection, rows: RowColumns): Int32Array {
  switch (sessions) {
    case 'none':
      return new Int32Array(0);
    case 'all':
      return filterRows(rows, () => true);
    case 'degraded':
      return filterRows(rows, (row) => rows.levels[row]! >= DEGRADED);
    case 'worst':
      return worstRows(rows, worstCount);
  }
}

function filterRows(rows: RowColumns, isChosen: (row: number) => boolean): Int32Array {
  const chosen = new Int32Array(rows.rowCount);
  let count = 0;
  for (let row = 0; row < rows.rowCount; row++) {
    if (rows.isLive(row) && isChosen(row)) chosen[count++] = row;
  }
  return chosen.subarray(0, count);
}

/**
 * The worst by level, then by MOS, a missing one last, then by row so that equals don't take turns. Plain loops and one
 * sort of numbers: a comparator or a callback per row would block the event loop several times as long.
 */
function worstRows(rows: RowColumns, worstCount: number): Int32Array {
  const live = filterRows(rows, () => true);
  if (live.length <= worstCount) return live;
  const ranks = new Float64Array(live.length);
  for (let index = 0; index < live.length; index++) ranks[index] = rank(rows, live[index]!);
  const limit = ranks.toSorted()[worstCount - 1]!;
  let placesAtLimit = worstCount;
  for (let index = 0; index < ranks.length; index++) if (ranks[index]! < limit) placesAtLimit--;
  const worst = new Int32Array(worstCount);
  let count = 0;
  for (let index = 0; index < ranks.length; index++) {
    const isWorst = ranks[index]! < limit || (ranks[index] === limit && placesAtLimit-- > 0);
    if (isWorst) worst[count++] = live[index]!;
  }
  return worst;
}

/** Worse is smaller. MOS is at most 5, so that a level always outweighs it. */
function rank({ levels, mos }: RowColumns, row: number): number {
  const score = mos[row]!;
  const scoreOrLast = Number.isNaN(score) ? 6 : score;
  return (CRITICAL - levels[row]!) * 8 + scoreOrLast;
}
