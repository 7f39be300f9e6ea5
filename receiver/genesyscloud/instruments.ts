// What is measured of the connections to the platform. The one list of these metrics.
import type { Settings } from '../../collector/component.ts';
import { observe } from '../../collector/telemetry/names.ts';
import { createReceiverTelemetry } from '../webrtcvideo/telemetry.ts';
import type { ChannelCause } from './platform/cause.ts';

export const GENESYS_INSTRUMENTS = {
  connected: {
    name: 'webrtc.genesys.connected',
    kind: 'gauge',
    unit: '',
    description: 'Whether a source of Genesys Cloud is being listened to: 1 or 0.',
    attributes: ['receiver', 'source'],
  },
  reconnects: {
    name: 'webrtc.genesys.reconnects',
    kind: 'counter',
    unit: '{try}',
    description: 'Connections and requests to Genesys Cloud that ended or failed, by source and cause.',
    attributes: ['receiver', 'source', 'cause'],
  },
  missedTime: {
    name: 'webrtc.genesys.missed_time',
    kind: 'counter',
    unit: 's',
    description: 'Time in which a source of Genesys Cloud was not heard although it should have been.',
    attributes: ['receiver', 'source'],
  },
  notifications: {
    name: 'webrtc.genesys.notifications',
    kind: 'counter',
    unit: '{notification}',
    description:
      'Notifications by what became of them: read, repeated by another channel or the platform, or ignored for their topic.',
    attributes: ['receiver', 'outcome'],
  },
  backfilled: {
    name: 'webrtc.genesys.backfilled_conversations',
    kind: 'counter',
    unit: '{conversation}',
    description:
      'Conversations that were asked for after a gap, by outcome: read, gone, failed, or left_out beyond the bound.',
    attributes: ['receiver', 'outcome'],
  },
  rejectedTopics: {
    name: 'webrtc.genesys.rejected_topics',
    kind: 'gauge',
    unit: '{topic}',
    description: 'Topics of notifications that the platform does not let us have.',
    attributes: ['receiver'],
  },
} as const;

export type GenesysTelemetry = ReturnType<typeof createGenesysTelemetry>;
export type SourceTelemetry = ReturnType<GenesysTelemetry['ofSource']>;
export type NotificationsTelemetry = ReturnType<GenesysTelemetry['ofNotifications']>;

type Counter = {
  [Name in keyof typeof GENESYS_INSTRUMENTS]: (typeof GENESYS_INSTRUMENTS)[Name]['kind'] extends 'counter'
    ? Name
    : never;
}[keyof typeof GENESYS_INSTRUMENTS];

export function createGenesysTelemetry(settings: Settings) {
  const { meter, id: receiver } = settings;
  const counter = (name: Counter) =>
    meter.createCounter(GENESYS_INSTRUMENTS[name].name, GENESYS_INSTRUMENTS[name]);
  const reconnects = counter('reconnects');
  const missedTime = counter('missedTime');
  return {
    ...createReceiverTelemetry(settings),
    ofSource(source: string) {
      // The series exists from the start: a rate over it can show the first gap.
      missedTime.add(0, { receiver, source });
      return {
        reconnecting: (cause: ChannelCause) => reconnects.add(1, { receiver, source, cause }),
        missed: (durationMs: number) => missedTime.add(durationMs / 1_000, { receiver, source }),
        /** The returned function ends that. */
        observeConnected: (read: () => boolean) =>
          observe(meter, GENESYS_INSTRUMENTS.connected, { receiver, source }, () => (read() ? 1 : 0)),
      };
    },
    ofNotifications(rejectedCount: () => number) {
      const notifications = counter('notifications');
      const backfilled = counter('backfilled');
      return {
        notification: (outcome: 'read' | 'repeated' | 'ignored') =>
          notifications.add(1, { receiver, outcome }),
        backfilled: (outcome: 'read' | 'gone' | 'failed' | 'left_out', amount: number) =>
          backfilled.add(amount, { receiver, outcome }),
        /** The returned function ends that. */
        observeRejected: () =>
          observe(meter, GENESYS_INSTRUMENTS.rejectedTopics, { receiver }, rejectedCount),
      };
    },
  };
}
