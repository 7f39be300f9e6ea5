// The source `notifications` from its configuration.
import type { GenesysCloudConfig } from '../factory.ts';
import { Listening } from '../listening.ts';
import type { Source, SourceParts } from '../source.ts';
import { Backfill } from './backfill.ts';
import { Channels } from './channels.ts';
import { KnownConversations } from './known-conversations.ts';
import { KnownStations } from './known-stations.ts';
import { NotificationsSource } from './notifications-source.ts';
import { RejectedTopics } from './rejected-topics.ts';
import { SeenNotifications } from './seen-notifications.ts';
import { TidingsIntake } from './tidings-intake.ts';

export function createNotifications(
  parts: SourceParts,
  config: Pick<GenesysCloudConfig, 'notifications' | 'max_sessions'>,
): Source {
  const { clock, logger, platform, webSockets, agentIdOf } = parts;
  const { topics, silence_timeout, max_backfill } = config.notifications;
  const listening = new Listening(clock.nowMs());
  const rejectedTopics = new RejectedTopics(logger);
  const telemetry = {
    ...parts.telemetry.ofSource('notifications'),
    ...parts.telemetry.ofNotifications(() => rejectedTopics.count),
  };
  const known = { agentIdOf, onClamped: () => parts.telemetry.clamped(1) };
  const conversations = new KnownConversations({
    ...known,
    maxSessions: config.max_sessions,
    startedAtMs: clock.nowMs(),
  });
  const stopping = new AbortController();
  const seen = new SeenNotifications();
  const intake = new TidingsIntake({
    clock,
    conversations,
    stations: new KnownStations({ ...known, maxStations: config.max_sessions }),
    seen,
    intake: parts.intakeFor(listening),
    listening,
    telemetry,
    signal: stopping.signal,
  });
  return new NotificationsSource({
    clock,
    logger,
    webSockets,
    intake,
    listening,
    seen,
    channels: new Channels({
      clock,
      platform,
      topics,
      tellRejected: (rejected) => rejectedTopics.tell(rejected),
    }),
    backfill: new Backfill({
      clock,
      logger,
      platform,
      conversations,
      intake,
      telemetry,
      maxConversations: max_backfill,
    }),
    telemetry,
    stopping,
    silenceMs: silence_timeout.ms,
    tellStatus: (reason) => parts.tellStatus('notifications', reason),
  });
}
