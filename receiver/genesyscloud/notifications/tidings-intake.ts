// The way of what the platform tells into the pipelines: one after the other, whichever connection or question it came
// by, so that a session's events keep their order even while the next stage is busy.
import type { Clock } from '../../../collector/clock.ts';
import type { SessionEvent } from '../../sample.ts';
import type { NotificationsTelemetry } from '../instruments.ts';
import type { Listening } from '../listening.ts';
import type { PulledIntake } from '../pulled-intake.ts';
import { decodeConversation } from './decode-conversation.ts';
import { decodeNotification, type Tidings } from './decode-notification.ts';
import type { Notification } from './frame.ts';
import type { KnownConversations } from './known-conversations.ts';
import type { KnownStations } from './known-stations.ts';
import type { SeenNotifications } from './seen-notifications.ts';

export interface TidingsIntakeParts {
  readonly clock: Clock;
  readonly conversations: KnownConversations;
  readonly stations: KnownStations;
  readonly seen: SeenNotifications;
  readonly intake: Pick<PulledIntake, 'offer' | 'overlong'>;
  readonly listening: Listening;
  readonly telemetry: NotificationsTelemetry;
  readonly signal: AbortSignal;
}

export class TidingsIntake {
  readonly #parts: TidingsIntakeParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: TidingsIntakeParts) {
    this.#parts = parts;
  }

  /** Resolves when it has had its effect. Never rejects, nor do the others. */
  take(notification: Notification, line: number): Promise<void> {
    return this.#inTurn(() => {
      const { seen, telemetry } = this.#parts;
      if (seen.isRepeated(notification, line)) {
        telemetry.notification('repeated');
        return [];
      }
      const tidings = decodeNotification(notification.topic, notification.body);
      if (tidings.kind === 'unreadable') this.unreadable();
      else telemetry.notification(tidings.kind === 'other' ? 'ignored' : 'read');
      return this.#eventsOf(tidings);
    });
  }

  /** The state of a conversation that was asked for at `askedAt`. To whether it is one. */
  async takeAnswer(conversationId: string, body: unknown, askedAt: number): Promise<boolean> {
    let isRead = false;
    await this.#inTurn((nowMs) => {
      const { conversations } = this.#parts;
      return conversations.unitsOf(conversationId).flatMap((unit) => {
        const state = decodeConversation(body, unit);
        if (state?.conversationId !== conversationId) return [];
        isRead = true;
        return conversations.take(state, unit, nowMs, askedAt);
      });
    });
    return isRead;
  }

  /** The same for one that does not exist any more. */
  takeAbsence(conversationId: string, askedAt: number): Promise<void> {
    return this.#inTurn((nowMs) => this.#parts.conversations.takeAbsence(conversationId, nowMs, askedAt));
  }

  /** Counts a message that can't be read. */
  unreadable(): void {
    this.#parts.intake.overlong(1);
  }

  #eventsOf(tidings: Tidings): SessionEvent[] {
    const { clock, conversations, stations } = this.#parts;
    const nowMs = clock.nowMs();
    switch (tidings.kind) {
      case 'conversation':
        return conversations.take(tidings.state, tidings.unit, nowMs);
      case 'parting':
        return conversations.takeParting(tidings, nowMs);
      case 'station':
        return stations.take(tidings, nowMs);
      case 'other':
      case 'unreadable':
        return [];
    }
  }

  #inTurn(eventsOf: (nowMs: number) => SessionEvent[]): Promise<void> {
    const { clock, intake, listening, signal } = this.#parts;
    const mine = this.#last.then(async () => {
      if (signal.aborted) return;
      const nowMs = clock.nowMs();
      const events = eventsOf(nowMs);
      if (events.length > 0) await intake.offer(events, listening.listenedMs(nowMs), signal);
    });
    this.#last = mine;
    return mine;
  }
}
