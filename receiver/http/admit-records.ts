// Which of a body's records pass, and how to take that back. Knows nothing of how records are made.
import type { Admission } from '../admission.ts';
import type { RecordFilter } from '../filter-expression/compile.ts';
import type { QualitySample, SessionEvent } from '../sample.ts';

type QualityRecord = QualitySample | SessionEvent;

export interface AdmittedRecords {
  readonly records: readonly QualityRecord[];
  /** Positions of those for whose session there is no room. */
  readonly withoutRoom: readonly number[];
  readonly duplicateCount: number;
  readonly lateCount: number;
  /** Positions of those that the receiver's own filter held back. */
  readonly filtered: readonly number[];
  /** Lets the same records pass again: what they were admitted for did not happen. */
  withdraw(): void;
}

/** `passes` is the receiver's own filter; absent when there is none. */
export function admitRecords(
  admission: Admission,
  offered: readonly QualityRecord[],
  nowMs: number,
  passes?: RecordFilter,
): AdmittedRecords {
  const records: QualityRecord[] = [];
  const withoutRoom: number[] = [];
  const filtered: number[] = [];
  let duplicateCount = 0;
  let lateCount = 0;
  for (const [position, record] of offered.entries()) {
    // It comes first: what is held back takes no room, and makes nothing late.
    if (passes?.(record) === false) {
      filtered.push(position);
      continue;
    }
    const verdict = admission.admit(record, nowMs);
    switch (verdict) {
      case 'admitted':
        records.push(record);
        break;
      case 'duplicate':
        duplicateCount += 1;
        break;
      case 'late':
        lateCount += 1;
        break;
      case 'no_room':
        withoutRoom.push(position);
        break;
    }
  }
  const withdraw = () => records.forEach((record) => admission.withdraw(record));
  return { records, withoutRoom, duplicateCount, lateCount, filtered, withdraw };
}

/** Said of an entry whose session is one too many. */
export function noRoomReason(maxSessions: number): string {
  return `is one session too many: max_sessions is ${maxSessions}`;
}
