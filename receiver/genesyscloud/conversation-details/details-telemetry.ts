// What becomes of a conversation that has ended: a count, and its lowest MOS in a histogram.
import type { Settings } from '../../../collector/component.ts';
import { observe } from '../../../collector/telemetry/names.ts';
import { POLLED_INSTRUMENTS } from '../polled-instruments.ts';
import { type ConversationDetail, MEDIA_TYPES } from './read-details.ts';

/** Around the limits that the platform itself gives for good and bad. */
const MOS_BOUNDARIES = [1.5, 2, 2.5, 3, 3.2, 3.5, 3.8, 4, 4.3, 4.5, 4.8];

export function createDetailsTelemetry({ id: receiver, meter }: Pick<Settings, 'id' | 'meter'>) {
  const counter = (name: 'conversations' | 'conversationsBelow' | 'ungivenConversations') =>
    meter.createCounter(POLLED_INSTRUMENTS[name].name, POLLED_INSTRUMENTS[name]);
  const ended = counter('conversations');
  const below = counter('conversationsBelow');
  const ungiven = counter('ungivenConversations');
  const { name, unit, description } = POLLED_INSTRUMENTS.conversationMos;
  const advice = { explicitBucketBoundaries: MOS_BOUNDARIES };
  const mos = meter.createHistogram(name, { unit, description, advice });
  ungiven.add(0, { receiver });
  for (const media_type of MEDIA_TYPES) {
    ended.add(0, { receiver, media_type });
    below.add(0, { receiver, media_type });
  }
  return {
    count({ minMos, mediaType }: ConversationDetail, mosBelow: number) {
      const attributes = { receiver, media_type: mediaType };
      ended.add(1, attributes);
      if (minMos === undefined) return;
      mos.record(minMos, attributes);
      if (minMos < mosBelow) below.add(1, attributes);
    },
    ungiven: (amount: number) => ungiven.add(amount, { receiver }),
    /** The returned function ends that. */
    observePending: (read: () => number) =>
      observe(meter, POLLED_INSTRUMENTS.pendingConversations, { receiver }, read),
  };
}
