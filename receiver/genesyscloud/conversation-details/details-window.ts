// Which stretch of the past is asked for, and where in it the reading stands. A window moves on only when it was wholly
// read. Pure: the time is handed in.

export interface DetailsWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** The next page to read, from 1. */
  readonly page: number;
  /** How many conversations there are, as the platform said with the first page. */
  readonly totalHits?: number;
  /** How often the reading began anew, since that number had changed. */
  readonly restartCount: number;
}

export interface WindowOptions {
  readonly lagMs: number;
  readonly overlapMs: number;
  readonly pollIntervalMs: number;
}

export const PAGE_SIZE = 100;
/** The platform takes none of more than seven days; what it is asked for may begin a day before. */
const DAY_MS = 86_400_000;
const LONGEST_MS = 6 * DAY_MS;
/** A conversation that ends longer after midnight than this, and began before, is not found. */
const LONGEST_OVER_MIDNIGHT_MS = 4 * 3_600_000;
const MAX_RESTARTS = 3;

/** The window after what has been read up to `readToMs`; undefined while there would be too little in it. */
export function nextWindow(
  readToMs: number,
  isFirst: boolean,
  nowMs: number,
  { lagMs, overlapMs, pollIntervalMs }: WindowOptions,
): DetailsWindow | undefined {
  const knownToMs = nowMs - lagMs;
  if (knownToMs - readToMs < pollIntervalMs) return undefined;
  const fromMs = isFirst ? readToMs : readToMs - overlapMs;
  return { fromMs, toMs: Math.min(knownToMs, fromMs + LONGEST_MS), page: 1, restartCount: 0 };
}

export type PageResult =
  | { readonly kind: 'more'; readonly window: DetailsWindow }
  /** The number of conversations has changed: what has been read may have moved to pages before. */
  | { readonly kind: 'restart'; readonly window: DetailsWindow }
  /** Wholly read, but for what the platform counts and does not give. */
  | { readonly kind: 'done'; readonly ungivenCount: number };

/** After a page with so many conversations. Absent `totalHits`: the platform does not tell. */
export function afterPage(
  window: DetailsWindow,
  { count, totalHits }: { readonly count: number; readonly totalHits?: number | undefined },
): PageResult {
  const { page, restartCount } = window;
  const hasChanged = page > 1 && totalHits !== window.totalHits;
  if (hasChanged && restartCount < MAX_RESTARTS) {
    const { totalHits: _, ...anew } = window;
    return { kind: 'restart', window: { ...anew, page: 1, restartCount: restartCount + 1 } };
  }
  const readCount = (page - 1) * PAGE_SIZE + count;
  const isLast = totalHits === undefined ? count < PAGE_SIZE : readCount >= totalHits || count === 0;
  if (isLast) return { kind: 'done', ungivenCount: Math.max(0, (totalHits ?? readCount) - readCount) };
  return {
    kind: 'more',
    window: { ...window, page: page + 1, ...(totalHits !== undefined && { totalHits }) },
  };
}

/**
 * What to ask for. The platform finds no conversation that began before the first day of what it is asked for, so that in
 * the first hours of a day its question must touch the day before.
 */
export function askedInterval({ fromMs, toMs }: DetailsWindow): { fromMs: number; toMs: number } {
  const dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS;
  return { fromMs: fromMs - dayMs < LONGEST_OVER_MIDNIGHT_MS ? dayMs - 1 : fromMs, toMs };
}

/** How many conversations of the window are still to be read, as far as that is known. */
export function pendingCount({ page, totalHits = 0 }: DetailsWindow): number {
  return Math.max(0, totalHits - (page - 1) * PAGE_SIZE);
}
