// What this receiver counts of itself, beside what all receivers of pushed records count.
import type { Settings } from '../../collector/component.ts';
import { createPushTelemetry } from '../http/telemetry.ts';

export type ReceiverTelemetry = ReturnType<typeof createReceiverTelemetry>;

export function createReceiverTelemetry(settings: Settings) {
  const addresses = settings.meter.createCounter('webrtc.receiver.dropped_addresses', {
    unit: '{attribute}',
    description: 'Attributes that were dropped because they showed an IP address.',
  });
  return {
    ...createPushTelemetry(settings),
    droppedAddresses: (amount: number) => addresses.add(amount, { receiver: settings.id }),
  };
}
