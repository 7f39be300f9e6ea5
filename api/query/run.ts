// Runs a query: reads what was counted, piece by piece in the order of time, and lets go of each interval as soon as its
// results are made. So memory holds one interval's sketches, and no piece stalls anybody for long.
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ApiRefusal } from '../api-refusal.ts';
import type { TimeRange } from '../rollup/rollups.ts';
import type { ColumnChoice, StoredBlock } from '../rollup/stored-block.ts';
import { Bucket } from './bucket.ts';
import { formatIsoDuration } from './iso-duration.ts';
import type { QueryPlan } from './plan.ts';
import type { AnalyticsAnswer, AnalyticsResult } from './query-schema.ts';

/** More than a chart can show; some 3 MB. */
export const MAX_RESULTS = 10_000;

/** Sketches that one interval may need: each takes some kilobytes. */
export const MAX_SKETCHES = 20_000;

/** Blocks between two turns of the event loop, where the reading makes none. */
const BLOCKS_PER_TURN = 8;

export interface BlockSource {
  read(range: TimeRange, choice: ColumnChoice, signal: AbortSignal): AsyncIterable<StoredBlock>;
}

/** Throws an ApiRefusal when it would be too much, and what `source` throws. */
export async function runQuery(
  source: BlockSource,
  plan: QueryPlan,
  signal: AbortSignal,
): Promise<AnalyticsAnswer> {
  const { range, intervalMs } = plan;
  const results: AnalyticsResult[] = [];
  let undecidedCount = 0;
  let bucket: Bucket | undefined;
  const finish = () => {
    if (bucket === undefined) return;
    // The first and the last interval may be wider than the range.
    const toMs = Math.min(bucket.fromMs + intervalMs, range.toMs);
    results.push(...bucket.results(Math.max(bucket.fromMs, range.fromMs), toMs));
    undecidedCount += bucket.undecidedCount;
  };
  let blockCount = 0;
  for await (const block of source.read(range, plan.columns, signal)) {
    const fromMs = Math.floor(block.startMs / intervalMs) * intervalMs;
    if (fromMs !== bucket?.fromMs) {
      finish();
      bucket = new Bucket(fromMs, plan);
    }
    bucket.add(block);
    if (results.length + bucket.groupCount > MAX_RESULTS) throw tooMuch(`${MAX_RESULTS} results`);
    if (bucket.groupCount * plan.columns.sketches.length > MAX_SKETCHES)
      throw tooMuch(`${MAX_SKETCHES} percentiles at once`);
    blockCount += 1;
    if (blockCount % BLOCKS_PER_TURN === 0) await eventLoopTurn();
  }
  finish();
  return {
    interval: formatIsoDuration(intervalMs),
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    results,
    ...(undecidedCount > 0 && { undecidedCount }),
  };
}

function tooMuch(what: string): ApiRefusal {
  const remedy = 'narrow the range, group by less, or take a longer interval';
  return new ApiRefusal(400, 'bad.request', `there would be more than ${what}: ${remedy}`);
}
