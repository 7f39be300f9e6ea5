// What is counted of deliveries, by destination and outcome.
import type { Meter } from '@opentelemetry/api';
import { logsExporterTelemetry } from '../../collector/telemetry/names.ts';
import type { Settlement } from '../outbox/outbox-store.ts';
import type { Outcome } from './outcome.ts';

/** Seconds: from at once, over the detection SLA of 60 s and the hold of 300 s, to a day. */
const TIME_TO_DELIVER_BOUNDS_S = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 240, 300, 900, 3_600, 21_600, 86_400];

export const DELIVERY_INSTRUMENTS = {
  attempts: {
    name: 'webrtc.delivery.attempts',
    unit: '{attempt}',
    description: 'Attempts to deliver a transition, by destination and outcome.',
  },
  deadLetters: {
    name: 'webrtc.delivery.dead_letters',
    unit: '{transition}',
    description: 'Transitions that a destination will never take as they are, by destination.',
  },
  timeToDeliver: {
    name: 'webrtc.delivery.duration',
    unit: 's',
    description: 'Time from the decision of a transition until a destination has it.',
  },
} as const;

export function deliveryInstruments(meter: Meter, destination: string) {
  const telemetry = logsExporterTelemetry(meter, destination);
  const attempts = meter.createCounter(DELIVERY_INSTRUMENTS.attempts.name, DELIVERY_INSTRUMENTS.attempts);
  const deadLetters = meter.createCounter(
    DELIVERY_INSTRUMENTS.deadLetters.name,
    DELIVERY_INSTRUMENTS.deadLetters,
  );
  const timeToDeliver = meter.createHistogram(DELIVERY_INSTRUMENTS.timeToDeliver.name, {
    ...DELIVERY_INSTRUMENTS.timeToDeliver,
    advice: { explicitBucketBoundaries: TIME_TO_DELIVER_BOUNDS_S },
  });
  return {
    attempted(outcome: Outcome, settlement: Settlement, sinceDecisionMs: number): void {
      attempts.add(1, { destination, outcome: outcome.kind });
      if (settlement.state === 'delivered') {
        telemetry.sent(1);
        timeToDeliver.record(sinceDecisionMs / 1_000, { destination });
      } else {
        telemetry.sendFailed(1);
      }
      if (settlement.state === 'dead') deadLetters.add(1, { destination });
    },
  };
}
