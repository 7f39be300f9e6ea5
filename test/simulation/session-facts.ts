// What was really the matter with a session, straight from its script.
import type { Interval } from './day-plan.ts';
import { INTERVAL_MS, type SessionLife } from './session-life.ts';

export interface BadRun extends Interval {
  /** Whether all of it was. */
  readonly isAcknowledged: boolean;
}

/** Stretches of samples that are bad one after the other. */
export function badRuns({ records }: SessionLife): BadRun[] {
  const runs: BadRun[] = [];
  let isRunning = false;
  for (const { record, isBad, isAcknowledged } of records) {
    if (record.kind !== 'sample') continue;
    const atMs = record.observedAtMs;
    const run = runs.at(-1);
    if (isBad && isRunning && run !== undefined) {
      runs[runs.length - 1] = { ...run, toMs: atMs, isAcknowledged: run.isAcknowledged && isAcknowledged };
    } else if (isBad) {
      runs.push({ fromMs: atMs, toMs: atMs, isAcknowledged });
    }
    isRunning = isBad;
  }
  return runs;
}

export function isAlwaysGood({ records }: SessionLife): boolean {
  return records.every(({ isBad }) => !isBad);
}

/** From the last record before each silence to the next one, or for ever. */
export function silencesOf({ records }: SessionLife): Interval[] {
  const silences: Interval[] = [];
  for (const [index, { record }] of records.entries()) {
    if (record.kind === 'event' && record.type === 'ended') continue;
    const fromMs = record.observedAtMs;
    const toMs = records[index + 1]?.record.observedAtMs ?? Infinity;
    if (toMs - fromMs > 2 * INTERVAL_MS) silences.push({ fromMs, toMs });
  }
  return silences;
}

export function isOverlapped(intervals: readonly Interval[], { fromMs, toMs }: Interval): boolean {
  return intervals.some((each) => each.fromMs < toMs && each.toMs > fromMs);
}
