// The receiver with the source `notifications` alone, on the virtual clock, against the stand-in in memory.
import type {
  Conversation,
  GenesysNotifications,
  StandInParticipant,
} from '../../../support/genesys-notifications.ts';
import { type ListeningOptions, type ListeningReceiver, listenToStandIn } from '../listening-receiver.ts';

export interface ToldReceiver extends ListeningReceiver {
  readonly platform: GenesysNotifications;
  /** What the receiver has made of it, by session: the types of its events, in order. */
  heard(): Map<string, string[]>;
  /** An agent's video call, connected and told of. */
  call(id: string): Promise<{ conversation: Conversation; agent: StandInParticipant }>;
  /** Requests so far, as `METHOD path`. */
  asked(): string[];
}

export const TOPIC = 'v2.users.agent-1.conversations';

export async function tellReceiver(
  notifications: Readonly<Record<string, unknown>> = {},
  { config, prepare, ...options }: ListeningOptions = {},
): Promise<ToldReceiver> {
  const running = await listenToStandIn({
    ...options,
    realtime: { enabled: false },
    config: { notifications: { enabled: true, topics: [TOPIC], ...notifications }, ...config },
    prepare: (standIn) => {
      standIn.notifications.beat();
      prepare?.(standIn);
    },
  });
  const { standIn, records } = running;
  const platform = standIn.notifications;
  return Object.assign(running, {
    platform,
    heard() {
      const bySession = new Map<string, string[]>();
      for (const record of records) {
        const type = record.kind === 'event' ? record.type : record.kind;
        bySession.set(record.sessionId, [...(bySession.get(record.sessionId) ?? []), type]);
      }
      return bySession;
    },
    async call(id: string) {
      const conversation = platform.conversations.begin(id, [
        { id: `${id}-p`, communicationId: `${id}-v`, userId: 'agent-1', queueId: 'queue-1' },
        { id: `${id}-cp`, communicationId: `${id}-cv` },
      ]);
      conversation.participants.forEach((participant) => platform.conversations.connect(participant));
      platform.tell(conversation);
      await running.pass(0);
      return { conversation, agent: conversation.participants[0]! };
    },
    asked: () =>
      standIn.requests.map(({ request: { method, url } }) => `${method} ${url.pathname}${url.search}`),
  });
}
