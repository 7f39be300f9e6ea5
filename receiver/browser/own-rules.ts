// What this receiver makes of decoded records by its own rules, whatever the dialect: dimensions that are not asked for
// go, agent ids become pseudonyms, and a clock too far ahead is set back. Pure.
import { isAheadOfArrival } from '../guide-event/event-time.ts';
import type { StatsReading } from '../get-stats/reading.ts';
import type { Dimensions, SessionEvent } from '../sample.ts';

export type BrowserRecord = StatsReading | SessionEvent;

export interface IdentityRules {
  /** The dimensions to keep. */
  readonly dimensions: readonly string[];
  /** Replaces agent ids; absent when they are kept as they come. */
  readonly pseudonymOf?: (agentId: string) => string;
}

export function applyIdentityRules<Kind extends BrowserRecord>(record: Kind, rules: IdentityRules): Kind {
  const { agentId } = record;
  return {
    ...record,
    dimensions: keptDimensions(record.dimensions, rules.dimensions),
    ...(agentId !== undefined && { agentId: rules.pseudonymOf?.(agentId) ?? agentId }),
  };
}

/**
 * Sets back the sessions whose newest record is too far ahead of its arrival, so that this one was observed as it arrived
 * and the others keep their distance from it. The timestamps of streams stay, since intervals are measured by them.
 */
export function clampTimes(
  records: readonly BrowserRecord[],
  receivedAtMs: number,
): { readonly records: readonly BrowserRecord[]; readonly clampedCount: number } {
  const clampedCount = records.filter((record) => isAheadOfArrival(record.observedAtMs, receivedAtMs)).length;
  if (clampedCount === 0) return { records, clampedCount };
  const newestMs = new Map<string, number>();
  for (const { sessionId, observedAtMs } of records) {
    newestMs.set(sessionId, Math.max(observedAtMs, newestMs.get(sessionId) ?? observedAtMs));
  }
  const clamped = records.map((record) => {
    const sessionNewestMs = newestMs.get(record.sessionId)!;
    if (!isAheadOfArrival(sessionNewestMs, receivedAtMs)) return record;
    return { ...record, observedAtMs: record.observedAtMs - (sessionNewestMs - receivedAtMs) };
  });
  return { records: clamped, clampedCount };
}

function keptDimensions(dimensions: Dimensions, kept: readonly string[]): Dimensions {
  const names = Object.keys(dimensions);
  if (names.every((name) => kept.includes(name))) return dimensions;
  return Object.fromEntries(Object.entries(dimensions).filter(([name]) => kept.includes(name)));
}
