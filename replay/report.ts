// What a replay comes to, as data: the table and the JSON are two ways to write it. Pure.
import type { Boundary } from '../receiver/sample.ts';
import type { Evidence } from '../processor/degradation/explain-outcome.ts';
import type { ToldIncident, SessionTally } from './session-tally.ts';
import type { Timeline } from './timeline.ts';

export interface FileReport {
  readonly path: string;
  readonly dialectName: string;
  readonly readingCount: number;
  readonly eventCount: number;
  readonly refusedCounts: ReadonlyMap<string, number>;
  /** Number of the last line, from 1, when it was cut off and left out. */
  readonly cutOffLine?: number;
}

export interface SessionReport {
  readonly sessionId: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly sampleCount: number;
  readonly degradedMs: number;
  /** 0–100, of the whole session. */
  readonly degradedPercent: number;
  readonly boundaryCounts: ReadonlyMap<Boundary, number>;
  readonly duplicateCount: number;
  readonly lateCount: number;
  readonly incidents: readonly ToldIncident[];
  readonly evidence: Evidence;
}

export interface ReplayReport {
  readonly files: readonly FileReport[];
  readonly sessions: readonly SessionReport[];
}

export function sessionReports(
  timeline: Timeline,
  tallies: ReadonlyMap<string, SessionTally>,
): readonly SessionReport[] {
  return [...timeline.sessions].map(([sessionId, session]) => {
    const { startMs, endMs, boundaryCounts, duplicateCount, lateCount } = session;
    const tally = tallies.get(sessionId)!;
    const { degradedMs, incidents, evidence } = tally;
    return {
      sessionId,
      startMs,
      endMs,
      sampleCount: evidence.sampleCount,
      degradedMs,
      degradedPercent: endMs > startMs ? (100 * degradedMs) / (endMs - startMs) : 0,
      boundaryCounts,
      duplicateCount,
      lateCount: lateCount + tally.lateCount,
      incidents,
      evidence,
    };
  });
}
