// What is measured of the sources that ask. The one list of these metrics, beside those of the query's own table.
import type { Meter } from '@opentelemetry/api';
import { QUERY_METRICS } from './query/query-keys.ts';

const MEDIA = ['receiver', 'media_type'] as const;

export const POLLED_INSTRUMENTS = {
  knownConversations: {
    name: 'webrtc.genesys.known_conversations',
    kind: 'gauge',
    unit: '{conversation}',
    description: 'Conversations that media statistics are asked for.',
    attributes: ['receiver'],
  },
  pollDelay: {
    name: 'webrtc.genesys.poll_delay',
    kind: 'gauge',
    unit: 's',
    description:
      'How long the conversation whose turn is next has been due. It grows when the quota is too small.',
    attributes: ['receiver'],
  },
  missedRecords: {
    name: 'webrtc.genesys.missed_records',
    kind: 'counter',
    unit: '{record}',
    description: 'Events that the stream did not bring, as the platform counts them in its gaps afterwards.',
    attributes: ['receiver', 'source'],
  },
  uncountedGaps: {
    name: 'webrtc.genesys.uncounted_gaps',
    kind: 'counter',
    unit: '{gap}',
    description: 'Gaps of the stream of which it will not be known what was missed.',
    attributes: ['receiver', 'source'],
  },
  unreadable: {
    name: 'webrtc.genesys.unreadable_entries',
    kind: 'counter',
    unit: '{entry}',
    description: 'Parts of answers about the past that were not what they should be, and were left out.',
    attributes: ['receiver', 'source'],
  },
  leftOutGroups: {
    name: 'webrtc.genesys.query.left_out_groups',
    kind: 'gauge',
    unit: '{group}',
    description: 'Groups of the newest interval of the query that are not shown, since there were too many.',
    attributes: ['receiver'],
  },
  conversations: {
    name: 'webrtc.genesys.conversations',
    kind: 'counter',
    unit: '{conversation}',
    description: 'Conversations that have ended, each counted once, as conversation details tell of them.',
    attributes: MEDIA,
  },
  conversationsBelow: {
    name: 'webrtc.genesys.conversations_below',
    kind: 'counter',
    unit: '{conversation}',
    description: 'Those of them whose lowest MOS was below mos_below.',
    attributes: MEDIA,
  },
  conversationMos: {
    name: 'webrtc.genesys.conversation.mos',
    kind: 'histogram',
    unit: '',
    description: 'The lowest MOS of conversations that have ended. Trend data: it alerts nobody.',
    attributes: MEDIA,
  },
  pendingConversations: {
    name: 'webrtc.genesys.pending_conversations',
    kind: 'gauge',
    unit: '{conversation}',
    description: 'Conversations of the present window that are still to be read, in the next rounds.',
    attributes: ['receiver'],
  },
  ungivenConversations: {
    name: 'webrtc.genesys.ungiven_conversations',
    kind: 'counter',
    unit: '{conversation}',
    description: 'Conversations that the platform counted and did not give, however often it was asked.',
    attributes: ['receiver'],
  },
  ...Object.fromEntries(
    QUERY_METRICS.map(({ name, unit, description }) => [
      name,
      { name, kind: 'gauge', unit, description, attributes: ['receiver', 'aggregate', 'group'] } as const,
    ]),
  ),
} as const;

/** A counter of that table, whose series exists at 0 from now on. */
export function countOf(
  meter: Meter,
  { name, unit, description }: (typeof POLLED_INSTRUMENTS)['missedRecords' | 'uncountedGaps' | 'unreadable'],
  attributes: { readonly receiver: string; readonly source: string },
): (amount: number) => void {
  const counter = meter.createCounter(name, { unit, description });
  counter.add(0, attributes);
  return (amount) => counter.add(amount, attributes);
}
