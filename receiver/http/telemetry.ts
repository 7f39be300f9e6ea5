// What every receiver counts: the Collector's three counters, and what it changed or left out by its own rules.
import type { Settings } from '../../collector/component.ts';
import { receiverTelemetry } from '../../collector/telemetry/names.ts';

export type DropCause = 'duplicate' | 'late';

/** What is counted beside the Collector's counters. The one list of these metrics. */
export const RECEIVER_INSTRUMENTS = {
  dropped: {
    name: 'webrtc.receiver.dropped_records',
    unit: '{record}',
    description: 'Records that were dropped because they had come before, or were older than one that had.',
    attributes: ['receiver', 'cause'],
  },
  filtered: {
    name: 'webrtc.receiver.filtered_records',
    unit: '{record}',
    description: "Records that the receiver's own filter did not let pass.",
    attributes: ['receiver'],
  },
  clamped: {
    name: 'webrtc.receiver.clamped_timestamps',
    unit: '{record}',
    description: 'Records from a clock too far ahead, whose timestamp was set to their arrival.',
    attributes: ['receiver'],
  },
} as const;

export type PushTelemetry = ReturnType<typeof createPushTelemetry>;

export function createPushTelemetry({ meter, id }: Pick<Settings, 'meter' | 'id'>) {
  const counter = ({ name, ...options }: (typeof RECEIVER_INSTRUMENTS)[keyof typeof RECEIVER_INSTRUMENTS]) =>
    meter.createCounter(name, options);
  const dropped = counter(RECEIVER_INSTRUMENTS.dropped);
  const filtered = counter(RECEIVER_INSTRUMENTS.filtered);
  const clamped = counter(RECEIVER_INSTRUMENTS.clamped);
  return {
    ...receiverTelemetry(meter, id, 'http'),
    dropped: (cause: DropCause, amount: number) => dropped.add(amount, { receiver: id, cause }),
    filtered: (amount: number) => filtered.add(amount, { receiver: id }),
    clamped: (amount: number) => clamped.add(amount, { receiver: id }),
  };
}
