// The conversations that are known to be alive, and whose turn it is to be asked for. Known they are by the records that
// the receiver's sources have taken, and by nothing else. Pure: the time is handed in.
import type { QualitySample, SessionEvent } from '../sample.ts';

export interface ConversationBookOptions {
  /** No conversation is asked for more often. */
  readonly intervalMs: number;
  /** One of which nothing was heard for so long is forgotten. */
  readonly silenceMs: number;
}

export type Turn =
  | { readonly kind: 'due'; readonly conversationId: string }
  | { readonly kind: 'none'; readonly waitMs: number };

interface Conversation {
  dueAtMs: number;
  /** Of the last record. */
  heardAtMs: number;
  /** Of the session that ended last, when none is left. */
  endedAtMs: number | undefined;
  /** Those that have not ended. */
  readonly sessionIds: Set<string>;
}

/** More than can be asked for in an hour at any quota. */
const MAX_CONVERSATIONS = 10_000;
const MAX_SESSIONS_EACH = 64;
/** It becomes a segment of a path: nothing in it may lead elsewhere. */
const PLAIN_ID = /^[\w-]{1,128}$/;

export class ConversationBook {
  readonly #options: ConversationBookOptions;
  readonly #conversations = new Map<string, Conversation>();

  constructor(options: ConversationBookOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#conversations.size;
  }

  /** How long the one that waits longest has been due. */
  delayMs(nowMs: number): number {
    return Math.max(0, nowMs - (this.#first()?.[1].dueAtMs ?? nowMs));
  }

  /** From records that were taken. What was asked for keeps a conversation alive, and makes none known. */
  hear(records: readonly (QualitySample | SessionEvent)[], nowMs: number): void {
    for (const record of records) {
      const { conversationId, sessionId } = record;
      if (conversationId === undefined) continue;
      const isFetched = record.kind === 'sample' && record.pollIntervalMs !== undefined;
      const hasEnded = record.kind === 'event' && record.type === 'ended';
      const known = this.#conversations.get(conversationId);
      if (known !== undefined) {
        known.heardAtMs = nowMs;
        if (hasEnded) endSession(known, sessionId, nowMs);
        else if (!isFetched) keepSession(known, sessionId);
      } else if (!isFetched && !hasEnded) {
        this.#add(conversationId, sessionId, nowMs);
      }
    }
  }

  /** The one that has waited longest, or how long until there is one. */
  next(nowMs: number): Turn {
    const first = this.#first();
    if (first === undefined) return { kind: 'none', waitMs: Infinity };
    const waitMs = first[1].dueAtMs - nowMs;
    return waitMs > 0 ? { kind: 'none', waitMs } : { kind: 'due', conversationId: first[0] };
  }

  /**
   * It has been asked for; served when the platform had an answer, if only that there is nothing. False when that was the
   * last time.
   */
  asked(conversationId: string, isServed: boolean, nowMs: number): boolean {
    const { intervalMs, silenceMs } = this.#options;
    const conversation = this.#conversations.get(conversationId);
    if (conversation === undefined) return false;
    conversation.dueAtMs = nowMs + intervalMs;
    const { endedAtMs, heardAtMs } = conversation;
    const isOver =
      endedAtMs === undefined
        ? // Only an answer without news shows that the silence is the conversation's.
          isServed && nowMs - heardAtMs >= silenceMs
        : isServed || nowMs - endedAtMs >= silenceMs;
    if (isOver) this.#conversations.delete(conversationId);
    return !isOver;
  }

  #add(conversationId: string, sessionId: string, nowMs: number): void {
    if (this.#conversations.size >= MAX_CONVERSATIONS || !PLAIN_ID.test(conversationId)) return;
    const sessionIds = new Set([sessionId]);
    this.#conversations.set(conversationId, {
      dueAtMs: nowMs,
      heardAtMs: nowMs,
      endedAtMs: undefined,
      sessionIds,
    });
  }

  #first(): [string, Conversation] | undefined {
    let first: [string, Conversation] | undefined;
    for (const entry of this.#conversations) {
      if (first === undefined || entry[1].dueAtMs < first[1].dueAtMs) first = entry;
    }
    return first;
  }
}

function endSession(conversation: Conversation, sessionId: string, nowMs: number): void {
  conversation.sessionIds.delete(sessionId);
  if (conversation.sessionIds.size === 0) conversation.endedAtMs = nowMs;
}

function keepSession(conversation: Conversation, sessionId: string): void {
  conversation.endedAtMs = undefined;
  if (conversation.sessionIds.size < MAX_SESSIONS_EACH) conversation.sessionIds.add(sessionId);
}
