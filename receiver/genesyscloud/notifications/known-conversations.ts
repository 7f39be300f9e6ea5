// What is known of the conversations' connections, so that of each state that the platform tells, over and over again and
// as a whole, only what has changed becomes an event. Bounded; pure but for its own memory: the time is handed in.
import type { SessionEvent } from '../../sample.ts';
import type { Communication, ConversationState, SessionUnit } from './decode-conversation.ts';
import type { PartingTidings } from './decode-notification.ts';
import type { Parting } from './disconnect-types.ts';
import { KnownSession } from './known-session.ts';

export interface KnownConversationsOptions {
  /** Of sessions; beyond it the conversation that was told of the longest ago is forgotten. */
  readonly maxSessions: number;
  /** What had ended before is no news. */
  readonly startedAtMs: number;
  /** The id that is shown of a user. */
  agentIdOf(userId: string): string;
  /** The platform's clock was too far ahead to be believed. */
  onClamped(): void;
}

interface Conversation {
  readonly sessions: Map<string, MemberSession>;
  toldAtMs: number;
}

interface MemberSession {
  readonly unit: SessionUnit;
  readonly session: KnownSession;
  state: 'connected' | Parting;
  /** When it was told of, as `position` counts. */
  toldAt: number;
}

/** For so long after its last word a conversation that is over is remembered, and an end that is older is no news. */
const NEWS_MS = 3_600_000;
const SWEEP_EVERY_MS = 60_000;

export class KnownConversations {
  readonly #options: KnownConversationsOptions;
  /** Those told of the longest ago come first. */
  readonly #conversations = new Map<string, Conversation>();
  #sessionCount = 0;
  #position = 0;
  #newsSinceMs: number;
  #sweptAtMs: number;

  constructor(options: KnownConversationsOptions) {
    this.#options = options;
    this.#newsSinceMs = options.startedAtMs;
    this.#sweptAtMs = options.startedAtMs;
  }

  get sessionCount(): number {
    return this.#sessionCount;
  }

  /** Grows with all that is told: what was told after a position is newer than what was asked for at it. */
  get position(): number {
    return this.#position;
  }

  /** What has changed. `askedAt`: the state was asked for then, and says nothing of what was told of since. */
  take(
    { conversationId, communications, isOver }: ConversationState,
    unit: SessionUnit,
    nowMs: number,
    askedAt = Infinity,
  ): SessionEvent[] {
    this.#position += 1;
    this.#sweep(nowMs);
    const known = this.#tell(conversationId, nowMs);
    const events: SessionEvent[] = [];
    for (const communication of communications) {
      const member = known.sessions.get(communication.sessionId);
      if (member === undefined) events.push(...this.#meet(known, conversationId, communication, unit, nowMs));
      else if (member.toldAt <= askedAt) events.push(...this.#advance(member, communication, nowMs));
    }
    events.push(...this.#endLost(known, unit, isOver, nowMs, askedAt));
    if (known.sessions.size === 0) this.#conversations.delete(conversationId);
    this.#makeRoom(conversationId, nowMs);
    return events;
  }

  /** Somebody has left. That is only sound of a session that is known to have been there. */
  takeParting({ conversationId, sessionIds, parting, atMs }: PartingTidings, nowMs: number): SessionEvent[] {
    this.#position += 1;
    const known = this.#conversations.get(conversationId);
    const sessionId = sessionIds.find((id) => known?.sessions.has(id));
    if (known === undefined || sessionId === undefined) return [];
    const partedAtMs = atMs === undefined ? {} : { partedAtMs: atMs };
    return this.#advance(known.sessions.get(sessionId)!, { sessionId, state: parting, ...partedAtMs }, nowMs);
  }

  /** The conversation exists no more. When it ended nobody says. */
  takeAbsence(conversationId: string, nowMs: number, askedAt: number): SessionEvent[] {
    this.#position += 1;
    const members = [...(this.#conversations.get(conversationId)?.sessions.values() ?? [])];
    return members
      .filter((member) => member.state !== 'ended' && member.toldAt <= askedAt)
      .map((member) => this.#end(member, undefined, nowMs));
  }

  /** The units in which a conversation is known; none when it is not. */
  unitsOf(conversationId: string): readonly SessionUnit[] {
    const members = this.#conversations.get(conversationId)?.sessions.values() ?? [];
    return [...new Set([...members].map(({ unit }) => unit))];
  }

  /** Conversations of which a session is believed to last and was not told of since, those told of the longest ago first. */
  untoldSince(position: number): string[] {
    return [...this.#conversations.keys()].filter((id) => this.isUntoldSince(id, position));
  }

  isUntoldSince(conversationId: string, position: number): boolean {
    const members = this.#conversations.get(conversationId)?.sessions.values() ?? [];
    return [...members].some(({ state, toldAt }) => state !== 'ended' && toldAt <= position);
  }

  #tell(conversationId: string, nowMs: number): Conversation {
    const known = this.#conversations.get(conversationId) ?? { sessions: new Map(), toldAtMs: nowMs };
    known.toldAtMs = nowMs;
    this.#conversations.delete(conversationId);
    this.#conversations.set(conversationId, known);
    return known;
  }

  /** A communication that was not known. One that has come and gone meanwhile is told as well, if that is news. */
  #meet(
    known: Conversation,
    conversationId: string,
    communication: Communication,
    unit: SessionUnit,
    nowMs: number,
  ): SessionEvent[] {
    if (known.sessions.size >= this.#options.maxSessions) return [];
    const { sessionId, userId, state, connectedAtMs, partedAtMs = -Infinity } = communication;
    const agentId = userId === undefined ? undefined : this.#options.agentIdOf(userId);
    const session = new KnownSession({ sessionId, conversationId, agentId }, () => this.#options.onClamped());
    const isNews =
      state === 'connected' ||
      (connectedAtMs !== undefined && partedAtMs >= Math.max(this.#newsSinceMs, nowMs - NEWS_MS));
    const member: MemberSession = {
      unit,
      session,
      state: isNews ? 'connected' : 'ended',
      toldAt: this.#position,
    };
    known.sessions.set(sessionId, member);
    this.#sessionCount += 1;
    if (!isNews) return [];
    return [session.event('connected', connectedAtMs, nowMs), ...this.#advance(member, communication, nowMs)];
  }

  /** What is gone does not come back: a communication that is connected anew has another id. */
  #advance(
    member: MemberSession,
    { state, partedAtMs, isMuted }: Communication,
    nowMs: number,
  ): SessionEvent[] {
    member.toldAt = this.#position;
    if (state === 'connected') {
      return member.state === 'connected' ? member.session.mute(isMuted, nowMs) : [];
    }
    if (member.state === 'ended' || member.state === state) return [];
    if (state === 'ended') return [this.#end(member, partedAtMs, nowMs)];
    member.state = 'lost';
    return [member.session.event('disconnected', partedAtMs, nowMs)];
  }

  #end(member: MemberSession, atMs: number | undefined, nowMs: number): SessionEvent {
    member.state = 'ended';
    return member.session.event('ended', atMs, nowMs);
  }

  /** A lost session is over when everybody has left, or its user is back under another id. That is no recovery. */
  #endLost(
    { sessions }: Conversation,
    unit: SessionUnit,
    isOver: boolean,
    nowMs: number,
    askedAt: number,
  ): SessionEvent[] {
    const members = [...sessions.values()].filter((member) => member.unit === unit);
    const present = members.filter(({ state }) => state === 'connected');
    const presentIds = new Set(present.map(({ session }) => session.agentId));
    const isBack = (agentId: string | undefined) => agentId !== undefined && presentIds.has(agentId);
    return members
      .filter(({ state, session }) => state === 'lost' && (isOver || isBack(session.agentId)))
      .filter(({ toldAt }) => toldAt <= askedAt || toldAt === this.#position)
      .map((member) => this.#end(member, undefined, nowMs));
  }

  #makeRoom(keptId: string, nowMs: number): void {
    for (const [conversationId, { sessions }] of this.#conversations) {
      if (this.#sessionCount <= this.#options.maxSessions || conversationId === keptId) return;
      this.#forget(conversationId, sessions.size);
      // Its ends, told once more, would look like news.
      this.#newsSinceMs = nowMs;
    }
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [conversationId, { sessions, toldAtMs }] of this.#conversations) {
      if (nowMs - toldAtMs < NEWS_MS) return;
      const isOver = [...sessions.values()].every(({ state }) => state === 'ended');
      if (isOver) this.#forget(conversationId, sessions.size);
    }
  }

  #forget(conversationId: string, sessionCount: number): void {
    this.#conversations.delete(conversationId);
    this.#sessionCount -= sessionCount;
  }
}
