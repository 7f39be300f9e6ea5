// One session as the platform tells of it: makes its events, each not before the one before it. The platform's clock and
// ours differ, and later stages take an event that is older than the last one for a repetition.
import type { SessionEvent, SessionEventType } from '../../sample.ts';
import { isAheadOfArrival } from '../../guide-event/event-time.ts';

export interface SessionIdentity {
  readonly sessionId: string;
  readonly conversationId?: string | undefined;
  /** As it may be shown. */
  readonly agentId?: string | undefined;
}

export class KnownSession {
  readonly #identity: SessionIdentity;
  readonly #onClamped: () => void;
  #lastAtMs = -Infinity;
  #isMuted = false;

  constructor(identity: SessionIdentity, onClamped: () => void) {
    this.#identity = identity;
    this.#onClamped = onClamped;
  }

  get agentId(): string | undefined {
    return this.#identity.agentId;
  }

  /** `atMs`: when it happened, as the platform says; absent when it doesn't. */
  event(type: SessionEventType, atMs: number | undefined, nowMs: number): SessionEvent {
    const isAhead = atMs !== undefined && isAheadOfArrival(atMs, nowMs);
    if (isAhead) this.#onClamped();
    const believedMs = atMs === undefined || isAhead ? nowMs : atMs;
    this.#lastAtMs = Math.max(this.#lastAtMs, believedMs);
    const { sessionId, conversationId, agentId } = this.#identity;
    return {
      kind: 'event',
      type,
      sessionId,
      ...(conversationId !== undefined && { conversationId }),
      ...(agentId !== undefined && { agentId }),
      observedAtMs: this.#lastAtMs,
      receivedAtMs: nowMs,
      dimensions: {},
    };
  }

  /**
   * One event or none. A session that nobody calls muted is not. Nobody says when it was muted: several changes that arrive
   * together are told apart by a millisecond each.
   */
  mute(isMuted: boolean | undefined, nowMs: number): SessionEvent[] {
    if (isMuted === undefined || isMuted === this.#isMuted) return [];
    this.#isMuted = isMuted;
    this.#lastAtMs += 1;
    return [this.event(isMuted ? 'muted' : 'unmuted', undefined, nowMs)];
  }
}
