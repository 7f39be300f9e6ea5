// What every receiver of pushed records counts: the Collector's three counters, and what it changed or left out by its
// own rules.
import type { Settings } from '../../collector/component.ts';
import { receiverTelemetry } from '../../collector/telemetry/names.ts';

export type DropCause = 'duplicate' | 'late';

export type PushTelemetry = ReturnType<typeof createPushTelemetry>;

export function createPushTelemetry({ meter, id }: Pick<Settings, 'meter' | 'id'>) {
  const dropped = meter.createCounter('webrtc.receiver.dropped_records', {
    unit: '{record}',
    description: 'Records that were dropped because they had come before, or were older than one that had.',
  });
  const clamped = meter.createCounter('webrtc.receiver.clamped_timestamps', {
    unit: '{record}',
    description: 'Records from a clock too far ahead, whose timestamp was set to their arrival.',
  });
  return {
    ...receiverTelemetry(meter, id, 'http'),
    dropped: (cause: DropCause, amount: number) => dropped.add(amount, { receiver: id, cause }),
    clamped: (amount: number) => clamped.add(amount, { receiver: id }),
  };
}
