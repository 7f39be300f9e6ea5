// What is measured of the rollups: how many groups they hold, and what they could not hold.
import type { Meter } from '@opentelemetry/api';
import { observe } from '../../collector/telemetry/names.ts';
import type { RecordCounts } from './recorder.ts';

/** Why records are in no rollup. */
export type LeftOutCause =
  /** Older than what is kept. */
  | 'too_old'
  | 'in_future'
  /** A fault of ours while they were counted. */
  | 'fault';

/** Why intervals were removed before their time. */
export type RemovalCause =
  /** `max_bytes` was reached. */
  | 'max_bytes'
  /** They could not be stored, and memory was needed. */
  | 'not_stored';

export const ROLLUP_INSTRUMENTS = {
  groups: {
    name: 'webrtc.rollup.groups',
    kind: 'gauge',
    unit: '{group}',
    description: 'Groups of all intervals that are being counted in memory.',
    attributes: [],
  },
  storedBytes: {
    name: 'webrtc.rollup.stored_bytes',
    kind: 'gauge',
    unit: 'By',
    description: 'What the stored rollups hold; removed ones first, the file does not shrink.',
    attributes: [],
  },
  late: {
    name: 'webrtc.rollup.late',
    unit: '{record}',
    description: 'Samples and session events that were counted into an interval that was over.',
  },
  overflow: {
    name: 'webrtc.rollup.overflow',
    unit: '{record}',
    description:
      'Samples and session events that were counted without their group, because there were too many.',
  },
  leftOut: {
    name: 'webrtc.rollup.left_out',
    unit: '{record}',
    description: 'Samples and session events in no rollup, by cause: too_old, in_future or fault.',
  },
  removed: {
    name: 'webrtc.rollup.removed',
    unit: '{interval}',
    description: 'Intervals that were removed before the retention, by cause: max_bytes or not_stored.',
  },
} as const;

export interface RollupReadings {
  groupCount(): number;
  storedBytes(): number;
}

export function rollupInstruments(meter: Meter, readings: RollupReadings) {
  const counterOf = ({ name, ...options }: { name: string; unit: string; description: string }) =>
    meter.createCounter(name, options);
  const late = counterOf(ROLLUP_INSTRUMENTS.late);
  const overflow = counterOf(ROLLUP_INSTRUMENTS.overflow);
  const leftOut = counterOf(ROLLUP_INSTRUMENTS.leftOut);
  const removed = counterOf(ROLLUP_INSTRUMENTS.removed);
  const endings = [
    observe(meter, ROLLUP_INSTRUMENTS.groups, {}, () => readings.groupCount()),
    observe(meter, ROLLUP_INSTRUMENTS.storedBytes, {}, () => readings.storedBytes()),
  ];
  return {
    counted(counts: RecordCounts): void {
      if (counts.late > 0) late.add(counts.late);
      if (counts.overflow > 0) overflow.add(counts.overflow);
      if (counts.tooOld > 0) leftOut.add(counts.tooOld, { cause: 'too_old' });
      if (counts.inFuture > 0) leftOut.add(counts.inFuture, { cause: 'in_future' });
    },
    leftOut(count: number, cause: LeftOutCause): void {
      if (count > 0) leftOut.add(count, { cause });
    },
    removed(count: number, cause: RemovalCause): void {
      if (count > 0) removed.add(count, { cause });
    },
    end(): void {
      for (const end of endings) end();
    },
  };
}

export type RollupInstruments = ReturnType<typeof rollupInstruments>;
