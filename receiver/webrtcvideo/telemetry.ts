// What this receiver counts of itself: the Collector's three counters, and what it changed or left out by its own rules.
import type { Settings } from '../../collector/component.ts';
import { receiverTelemetry } from '../../collector/telemetry/names.ts';

export type DropCause = 'duplicate' | 'late';

export type ReceiverTelemetry = ReturnType<typeof createReceiverTelemetry>;

export function createReceiverTelemetry({ meter, id }: Settings) {
  const dropped = meter.createCounter('webrtc.receiver.dropped_records', {
    unit: '{record}',
    description: 'Records that were dropped because they had come before, or were older than one that had.',
  });
  const clamped = meter.createCounter('webrtc.receiver.clamped_timestamps', {
    unit: '{record}',
    description: 'Records from a clock too far ahead, whose timestamp was set to their arrival.',
  });
  const addresses = meter.createCounter('webrtc.receiver.dropped_addresses', {
    unit: '{attribute}',
    description: 'Attributes that were dropped because they showed an IP address.',
  });
  return {
    ...receiverTelemetry(meter, id, 'http'),
    dropped: (cause: DropCause, amount: number) => dropped.add(amount, { receiver: id, cause }),
    clamped: (amount: number) => clamped.add(amount, { receiver: id }),
    droppedAddresses: (amount: number) => addresses.add(amount, { receiver: id }),
  };
}
