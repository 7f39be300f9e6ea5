// The receiver with the source `notifications` alone, on the virtual clock, against the stand-in in memory.
import type { ComponentStatus } from '../../../../collector/component.ts';
import type { Conversation, StandInParticipant } from '../../../support/genesys-conversations.ts';
import type { GenesysNotifications } from '../../../support/genesys-notifications.ts';
import type { LogLine } from '../../../support/log-lines.ts';
import { type ListeningOptions, type ListeningReceiver, listenToStandIn } from '../listening-receiver.ts';

export interface ToldReceiver extends ListeningReceiver {
  readonly platform: GenesysNotifications;
  /** What the receiver has made of it, by session: the types of its events, in order. */
  heard(): Map<string, string[]>;
  /** An agent's video call, connected and told of. */
  call(id: string): Promise<{ conversation: Conversation; agent: StandInParticipant }>;
  reconnects(cause: string): Promise<number>;
  missedS(): Promise<number>;
  /** Notifications by what became of them, and conversations that were asked for. */
  outcomes(outcome: string): Promise<number>;
  backfilled(outcome: string): Promise<number>;
  /** What the platform says it has told, by session. */
  told(): Map<string, string[]>;
  lastStatus(): ComponentStatus | undefined;
  /** Log lines with this text. */
  lines(text: string): LogLine[];
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
  const source = 'notifications';
  return Object.assign(running, {
    platform,
    reconnects: (cause: string) => running.counted('webrtc.genesys.reconnects', { source, cause }),
    missedS: () => running.counted('webrtc.genesys.missed_time', { source }),
    outcomes: (outcome: string) => running.counted('webrtc.genesys.notifications', { outcome }),
    backfilled: (outcome: string) => running.counted('webrtc.genesys.backfilled_conversations', { outcome }),
    told: () => platform.conversations.toldOf,
    lastStatus: () => running.settings.statuses.at(-1),
    lines: (text: string) => running.settings.lines.filter(({ msg }) => msg.includes(text)),
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
