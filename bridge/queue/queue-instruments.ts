// What is measured of a queue: by queue, never by operator or alert.
import type { Meter } from '@opentelemetry/api';
import { observe } from '../../collector/telemetry/names.ts';
import { OPERATOR_STATUSES } from './operator-table.ts';
import type { Standing } from './standing.ts';

/** Seconds: around `acknowledge_within` (60 s) and `max_hold` (300 s), up to a working day. */
const ACKNOWLEDGE_BOUNDS_S = [1, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600, 1_800, 3_600];
const RESOLVE_BOUNDS_S = [10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800];

const QUEUE = ['queue'] as const;

export const QUEUE_INSTRUMENTS = {
  waiting: {
    name: 'webrtc.queue.alerts.waiting',
    kind: 'gauge',
    unit: '{alert}',
    description: 'Alerts that no operator has, by queue. Held ones are not counted.',
    attributes: QUEUE,
  },
  assigned: {
    name: 'webrtc.queue.alerts.assigned',
    kind: 'gauge',
    unit: '{alert}',
    description: 'Alerts that an operator was given and has not acknowledged, by queue.',
    attributes: QUEUE,
  },
  acknowledged: {
    name: 'webrtc.queue.alerts.acknowledged',
    kind: 'gauge',
    unit: '{alert}',
    description: 'Alerts that an operator has acknowledged and that are not resolved, by queue.',
    attributes: QUEUE,
  },
  oldestWaiting: {
    name: 'webrtc.queue.oldest_waiting',
    kind: 'gauge',
    unit: 's',
    description: 'How long the oldest alert has waited to be acknowledged, by queue. Absent when none waits.',
    attributes: QUEUE,
  },
  operators: {
    name: 'webrtc.queue.operators',
    kind: 'gauge',
    unit: '{operator}',
    description: 'Operators by queue and status: available, away, not_responding.',
    attributes: ['queue', 'status'],
  },
  timeToAcknowledge: {
    name: 'webrtc.queue.time_to_acknowledge',
    unit: 's',
    description: 'Time from when an alert began to wait until it was acknowledged, by queue and severity.',
  },
  timeToResolve: {
    name: 'webrtc.queue.time_to_resolve',
    unit: 's',
    description:
      'Time from the (re)opening of an alert until it was resolved, by queue and by what: operator or recovery.',
  },
  slaMissed: {
    name: 'webrtc.queue.sla_missed',
    unit: '{alert}',
    description:
      'Alerts that nobody acknowledged within max_hold (hold), or that an operator was given and did not acknowledge within acknowledge_within (acknowledge).',
  },
} as const;

export type MissedLimit = 'hold' | 'acknowledge';

export function queueInstruments(meter: Meter, queue: string) {
  const { timeToAcknowledge, timeToResolve, slaMissed } = QUEUE_INSTRUMENTS;
  const acknowledging = meter.createHistogram(timeToAcknowledge.name, {
    ...timeToAcknowledge,
    advice: { explicitBucketBoundaries: ACKNOWLEDGE_BOUNDS_S },
  });
  const resolving = meter.createHistogram(timeToResolve.name, {
    ...timeToResolve,
    advice: { explicitBucketBoundaries: RESOLVE_BOUNDS_S },
  });
  const missed = meter.createCounter(slaMissed.name, slaMissed);
  for (const limit of ['hold', 'acknowledge'] satisfies MissedLimit[]) missed.add(0, { queue, limit });
  return {
    acknowledged(afterMs: number, severity: string): void {
      acknowledging.record(Math.max(0, afterMs) / 1_000, { queue, severity });
    },
    resolved(afterMs: number, by: 'operator' | 'recovery'): void {
      resolving.record(Math.max(0, afterMs) / 1_000, { queue, by });
    },
    missed(count: number, limit: MissedLimit): void {
      missed.add(count, { queue, limit });
    },
  };
}

export type QueueInstruments = ReturnType<typeof queueInstruments>;

/** Shows how the queue stood when it was last looked at. The returned function ends that. */
export function observeStanding(
  meter: Meter,
  queue: string,
  read: () => Standing | undefined,
  nowMs: () => number,
): () => void {
  const { waiting, assigned, acknowledged, oldestWaiting, operators } = QUEUE_INSTRUMENTS;
  const endings = [
    observe(meter, waiting, { queue }, () => read()?.waitingCount),
    observe(meter, assigned, { queue }, () => read()?.assignedCount),
    observe(meter, acknowledged, { queue }, () => read()?.acknowledgedCount),
    observe(meter, oldestWaiting, { queue }, () => {
      const sinceMs = read()?.oldestWaitingSinceMs;
      return sinceMs === undefined ? undefined : Math.max(0, nowMs() - sinceMs) / 1_000;
    }),
    ...OPERATOR_STATUSES.map((status) =>
      observe(meter, operators, { queue, status }, () => read()?.operatorCounts[status]),
    ),
  ];
  return () => endings.forEach((end) => end());
}
