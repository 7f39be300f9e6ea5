// From readings and events to what passes on: room for the session, the boundary engine, the filter, admission, in this
// order, and all of it taken back together when the next stage refuses. Knows no HTTP.
//
// The filter sees samples, never readings: a reading that it kept from the engine would be missing in the next difference.
import type { Admission } from '../admission.ts';
import type { RecordFilter } from '../filter-expression/compile.ts';
import type { ReadingEngine } from '../get-stats/reading-engine.ts';
import type { StatsReading } from '../get-stats/reading.ts';
import { admitRecords, type AdmittedRecords } from '../http/admit-records.ts';
import type { Boundary, QualitySample, SessionEvent } from '../sample.ts';
import type { BrowserRecord } from './own-rules.ts';

export interface Passed {
  /** For the next stage, in the order of what they came from. */
  readonly records: readonly (QualitySample | SessionEvent)[];
  /**
   * Readings and events that were taken and not filtered. A first reading of a connection is, though no sample comes of it.
   */
  readonly acceptedCount: number;
  /** Readings and events of which the filter let nothing pass. */
  readonly filteredCount: number;
  /** Samples and events that the filter held back. */
  readonly filteredRecordCount: number;
  readonly duplicateCount: number;
  readonly lateCount: number;
  /** Positions, among what was offered, of those for whose session there is no room. */
  readonly withoutRoom: readonly number[];
  readonly boundaryCounts: ReadonlyMap<Boundary, number>;
  /** Sessions that have ended, whether the filter lets that pass or not. */
  readonly endedSessionIds: readonly string[];
  /** Makes it as if nothing had been offered: the same again gives the same. */
  undo(): void;
}

interface Placed {
  readonly position: number;
  readonly record: QualitySample | SessionEvent;
}

export function passOn(
  {
    engine,
    admission,
    passes,
  }: {
    readonly engine: ReadingEngine;
    readonly admission: Admission;
    readonly passes?: RecordFilter;
  },
  offered: readonly BrowserRecord[],
  nowMs: number,
): Passed {
  const withoutRoom: number[] = [];
  const readings: StatsReading[] = [];
  const readingPositions: number[] = [];
  const placed: Placed[] = [];
  for (const [position, record] of offered.entries()) {
    // Room is looked for here and not by the records that come of it, since some readings give none.
    if (!admission.enter(record.sessionId, nowMs)) withoutRoom.push(position);
    else if (record.kind === 'event') placed.push({ position, record });
    else {
      readings.push(record);
      readingPositions.push(position);
    }
  }
  const ownEvents = new Set(placed.map(({ record }) => record));
  const taken = engine.take(readings, nowMs);
  for (const [ordinal, record] of taken.records.entries()) {
    placed.push({ position: readingPositions[taken.indexes[ordinal]!]!, record });
  }
  placed.sort((one, other) => one.position - other.position);
  const admitted = admitRecords(
    admission,
    placed.map(({ record }) => record),
    nowMs,
    passes,
  );
  withoutRoom.push(...taken.withoutRoom.map((index) => readingPositions[index]!));
  const droppedReadingCount = taken.duplicateCount + taken.lateCount + taken.withoutRoom.length;
  const acceptedEventCount = admitted.records.filter((record) => ownEvents.has(record)).length;
  const heldBack = heldBackEntries(placed, admitted);
  const heldBackReadingCount = heldBack.filter((position) => offered[position]!.kind !== 'event').length;
  return {
    records: admitted.records,
    acceptedCount: readings.length - droppedReadingCount - heldBackReadingCount + acceptedEventCount,
    filteredCount: heldBack.length,
    filteredRecordCount: admitted.filtered.length,
    duplicateCount: taken.duplicateCount + admitted.duplicateCount,
    lateCount: taken.lateCount + admitted.lateCount,
    withoutRoom,
    boundaryCounts: taken.boundaryCounts,
    endedSessionIds: [...admitted.records, ...admitted.filtered.map((index) => placed[index]!.record)]
      .filter((record) => record.kind === 'event' && record.type === 'ended')
      .map(({ sessionId }) => sessionId),
    undo() {
      admitted.withdraw();
      taken.rollback();
    },
  };
}

/** The positions of which something was filtered and nothing passed. */
function heldBackEntries(placed: readonly Placed[], { records, filtered }: AdmittedRecords): number[] {
  if (filtered.length === 0) return [];
  const passing = new Set(records);
  const passingPositions = new Set(
    placed.filter(({ record }) => passing.has(record)).map(({ position }) => position),
  );
  const positions = new Set(filtered.map((index) => placed[index]!.position));
  return [...positions].filter((position) => !passingPositions.has(position));
}
