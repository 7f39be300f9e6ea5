// What is measured of deliveries, by destination. The one list of these metrics.
import type { Meter } from '@opentelemetry/api';
import { logsExporterTelemetry, observe } from '../../collector/telemetry/names.ts';
import type { Settlement } from '../outbox/outbox-store.ts';
import type { Outcome } from './outcome.ts';
import { DELIVERY_SLA_MS } from './sla.ts';

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
  late: {
    name: 'webrtc.delivery.late',
    unit: '{transition}',
    description: 'Transitions that were delivered after the SLA of 300 s, by destination.',
  },
  timeToDeliver: {
    name: 'webrtc.delivery.duration',
    unit: 's',
    description: 'Time from the decision of a transition until a destination has it.',
  },
  timeToDeliverP50: {
    name: 'webrtc.delivery.duration.p50',
    unit: 's',
    description: 'Median of that time over the last 15 minutes, at most the last 1000 deliveries.',
  },
  timeToDeliverP99: {
    name: 'webrtc.delivery.duration.p99',
    unit: 's',
    description: '99th percentile of that time over the last 15 minutes, at most the last 1000 deliveries.',
  },
  oldestUndelivered: {
    name: 'webrtc.delivery.oldest_undelivered',
    unit: 's',
    description: 'How long the oldest transition that waits for a destination has waited; 0 when none does.',
  },
  overdue: {
    name: 'webrtc.delivery.overdue',
    unit: '{transition}',
    description: 'Transitions that have waited for a destination for longer than the SLA of 300 s.',
  },
  slaMissed: {
    name: 'webrtc.delivery.sla_missed',
    unit: '1',
    description:
      'Of the transitions that were settled within the last hour or are overdue, the share that missed the SLA of 300 s.',
  },
  deadLettersWaiting: {
    name: 'webrtc.delivery.dead_letters.waiting',
    unit: '{transition}',
    description: 'Dead letters of a destination that nobody has redriven yet.',
  },
  breakerState: {
    name: 'webrtc.delivery.breaker_state',
    unit: '',
    description: 'Circuit breaker of a destination: 0 closed, 1 open, when it is only probed.',
  },
} as const;

export type DeliveryGauge =
  | 'timeToDeliverP50'
  | 'timeToDeliverP99'
  | 'oldestUndelivered'
  | 'overdue'
  | 'slaMissed'
  | 'deadLettersWaiting'
  | 'breakerState';

export function deliveryInstruments(meter: Meter, destination: string) {
  const telemetry = logsExporterTelemetry(meter, destination);
  const attributes = { destination };
  const counter = (name: 'attempts' | 'deadLetters' | 'late') =>
    meter.createCounter(DELIVERY_INSTRUMENTS[name].name, DELIVERY_INSTRUMENTS[name]);
  const attempts = counter('attempts');
  const deadLetters = counter('deadLetters');
  const late = counter('late');
  const timeToDeliver = meter.createHistogram(DELIVERY_INSTRUMENTS.timeToDeliver.name, {
    ...DELIVERY_INSTRUMENTS.timeToDeliver,
    advice: { explicitBucketBoundaries: TIME_TO_DELIVER_BOUNDS_S },
  });
  // The series exists from the start: a rate over it can show the first one.
  late.add(0, attributes);
  return {
    attempted(outcome: Outcome, settlement: Settlement, sinceDecisionMs: number): void {
      attempts.add(1, { destination, outcome: outcome.kind });
      if (settlement.state === 'delivered') {
        telemetry.sent(1);
        timeToDeliver.record(sinceDecisionMs / 1_000, attributes);
        if (sinceDecisionMs > DELIVERY_SLA_MS) late.add(1, attributes);
      } else {
        telemetry.sendFailed(1);
      }
      if (settlement.state === 'dead') deadLetters.add(1, attributes);
    },

    /** Has `readings` called whenever someone looks; a reading of undefined is left out. What is returned ends that. */
    observe(readings: Readonly<Record<DeliveryGauge, () => number | undefined>>): () => void {
      const endings = Object.entries(readings).map(([name, read]) =>
        observe(
          meter,
          { ...DELIVERY_INSTRUMENTS[name as DeliveryGauge], kind: 'gauge', attributes: ['destination'] },
          attributes,
          read,
        ),
      );
      return () => endings.forEach((end) => end());
    },
  };
}
