// Of all rows those that are shown: the newest interval, one row for each group, and not more groups than may be. Pure.
import { COUNT_KEY } from './query-keys.ts';
import type { QueryRow } from './read-query-answer.ts';

export interface NewestRows {
  readonly rows: readonly QueryRow[];
  /** Rows of the newest interval that are not shown. */
  readonly leftOutCount: number;
}

/** Those with the most events first; where nothing tells how many, in the platform's order. */
export function newestRows(rows: readonly QueryRow[], maxGroups: number): NewestRows {
  const newestMs = rows.reduce((newest, { fromMs = -Infinity }) => Math.max(newest, fromMs), -Infinity);
  const newest = rows.filter(({ fromMs = -Infinity }) => fromMs === newestMs);
  const byGroup = new Map<string, QueryRow>();
  for (const row of newest.toSorted((left, right) => countOf(right) - countOf(left))) {
    if (byGroup.size < maxGroups && !byGroup.has(row.group)) byGroup.set(row.group, row);
  }
  return { rows: [...byGroup.values()], leftOutCount: newest.length - byGroup.size };
}

function countOf({ values }: QueryRow): number {
  return values.get(COUNT_KEY) ?? 0;
}
