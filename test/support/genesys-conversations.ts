// Conversations of the stand-in: what happens to their participants, how the platform writes that down for each topic, and
// what it has told anybody of it.
import type { Clock } from '../../collector/clock.ts';

export interface StandInParticipant {
  readonly id: string;
  readonly userId?: string;
  readonly queueId?: string;
  /** Of the participant's video. */
  readonly communicationId: string;
  state: 'alerting' | 'connected' | 'disconnected';
  isMuted: boolean;
  connectedAtMs?: number;
  endedAtMs?: number;
  disconnectType?: string;
}

export interface Conversation {
  readonly id: string;
  readonly participants: StandInParticipant[];
}

/** Types by which a connection is lost, as against those by which it ends. */
const LOST = new Set(['transport.failure', 'error', 'inactivity', 'session.expired']);

export class GenesysConversations {
  /** By session, what the platform has told of it: the kinds of events that follow from it, in order. */
  readonly toldOf = new Map<string, string[]>();
  /** By session, what has happened to it, told or not. */
  readonly happenedTo = new Map<string, string[]>();
  readonly #clock: Clock;
  readonly #conversations = new Map<string, Conversation>();
  readonly #forgotten = new Map<string, Conversation>();
  /** By conversation, the units in which anybody was told of it. */
  readonly #unitsOf = new Map<string, Set<Unit>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get living(): readonly Conversation[] {
    return [...this.#conversations.values()];
  }

  find(id: string): Conversation | undefined {
    return this.#conversations.get(id);
  }

  /** A conversation that rings at its participants. */
  begin(id: string, participants: readonly Omit<StandInParticipant, 'state' | 'isMuted'>[]): Conversation {
    const conversation = {
      id,
      participants: participants.map((one) => ({ ...one, state: 'alerting' as const, isMuted: false })),
    };
    this.#conversations.set(id, conversation);
    return conversation;
  }

  join(
    conversation: Conversation,
    participant: Omit<StandInParticipant, 'state' | 'isMuted'>,
  ): StandInParticipant {
    const joined: StandInParticipant = { ...participant, state: 'alerting', isMuted: false };
    conversation.participants.push(joined);
    return joined;
  }

  connect(participant: StandInParticipant): void {
    participant.state = 'connected';
    participant.connectedAtMs = this.#clock.nowMs();
    this.#happened(participant, 'connected');
  }

  mute(participant: StandInParticipant, isMuted: boolean): void {
    participant.isMuted = isMuted;
    this.#happened(participant, isMuted ? 'muted' : 'unmuted');
  }

  leave(participant: StandInParticipant, disconnectType: string): void {
    participant.state = 'disconnected';
    participant.endedAtMs = this.#clock.nowMs();
    participant.disconnectType = disconnectType;
    this.#happened(participant, LOST.has(disconnectType) ? 'disconnected' : 'ended');
  }

  /** The platform knows it no more. */
  forget(conversation: Conversation): void {
    this.#conversations.delete(conversation.id);
    this.#forgotten.set(conversation.id, conversation);
  }

  bodiesByTopic(conversation: Conversation): { topic: string; body: unknown }[] {
    const userIds = new Set(conversation.participants.map(({ userId }) => userId));
    const queueIds = new Set(conversation.participants.map(({ queueId }) => queueId));
    const ofUsers = [...userIds].filter((id) => id !== undefined).map((id) => `v2.users.${id}.conversations`);
    const ofQueues = [...queueIds]
      .filter((id) => id !== undefined)
      .map((id) => `v2.routing.queues.${id}.conversations`);
    const general = this.generalBody(conversation);
    const videos = this.#videoBody(conversation);
    return [...ofUsers, ...ofQueues].flatMap((topic) => [
      { topic, body: general },
      { topic: `${topic}.videos`, body: videos },
    ]);
  }

  /** As the topics of conversations and GET /api/v2/conversations/{id} have it. */
  generalBody({ id, participants }: Conversation): unknown {
    return {
      id,
      address: '+49301234567',
      participants: participants.map((one) => ({
        id: one.id,
        purpose: one.userId === undefined ? 'customer' : 'agent',
        name: 'Erika Mustermann',
        address: 'sip:erika@203.0.113.7',
        ...(one.userId !== undefined && { userId: one.userId }),
        ...times(one),
        ...(one.endedAtMs !== undefined && { endTime: iso(one.endedAtMs) }),
        attributes: { email: 'erika@example.com' },
        videos: [
          {
            id: one.communicationId,
            state: one.state,
            context: 'room',
            audioMuted: false,
            videoMuted: one.isMuted,
            ...times(one),
            ...(one.endedAtMs !== undefined && { disconnectedTime: iso(one.endedAtMs) }),
            ...(one.disconnectType !== undefined && { disconnectType: one.disconnectType }),
          },
        ],
      })),
    };
  }

  /** Writes down that somebody was sent a notification of this topic about the conversation as it is now. */
  told(conversation: Conversation, topic: string): void {
    const unit = topic.endsWith('.videos') ? 'participant' : 'communication';
    const units = this.#unitsOf.get(conversation.id) ?? new Set();
    this.#unitsOf.set(conversation.id, units.add(unit));
    this.#note(conversation, unit);
  }

  /** The same for somebody who has asked. */
  answered(conversation: Conversation): void {
    for (const unit of this.#unitsOf.get(conversation.id) ?? []) this.#note(conversation, unit);
  }

  /** Somebody has asked for what is not there any more: whoever was in it is not either. */
  denied(id: string): void {
    for (const unit of this.#unitsOf.get(id) ?? []) {
      for (const participant of this.#forgotten.get(id)?.participants ?? []) {
        const told = this.toldOf.get(sessionOf(participant, unit));
        if (told !== undefined && !told.includes('ended')) told.push('ended');
      }
    }
  }

  #note({ participants }: Conversation, unit: Unit): void {
    const isOver = participants.every(({ state }) => state === 'disconnected');
    for (const participant of participants) {
      const { userId, state, isMuted, disconnectType = '' } = participant;
      if (participant.connectedAtMs === undefined) continue;
      const told = this.toldOf.get(sessionOf(participant, unit)) ?? [];
      this.toldOf.set(sessionOf(participant, unit), told);
      const isDone = told.includes('ended');
      if (told.length === 0) told.push('connected');
      if (state === 'connected') {
        const last = told.findLast((type) => type.endsWith('muted')) ?? 'unmuted';
        if ((last === 'muted') !== isMuted) told.push(isMuted ? 'muted' : 'unmuted');
        continue;
      }
      if (!LOST.has(disconnectType)) {
        if (!isDone) told.push('ended');
        continue;
      }
      if (!told.includes('disconnected')) told.push('disconnected');
      const isBack = participants.some((one) => one.userId === userId && one.state === 'connected');
      if (!isDone && (isOver || (userId !== undefined && isBack))) told.push('ended');
    }
  }

  #happened(participant: StandInParticipant, type: string): void {
    for (const unit of ['communication', 'participant'] as const) {
      const sessionId = sessionOf(participant, unit);
      this.happenedTo.set(sessionId, [...(this.happenedTo.get(sessionId) ?? []), type]);
    }
  }

  #videoBody({ id, participants }: Conversation): unknown {
    return {
      id,
      participants: participants.map((one) => ({
        id: one.id,
        purpose: one.userId === undefined ? 'customer' : 'agent',
        name: 'Erika Mustermann',
        state: one.state,
        ...times(one),
        ...(one.endedAtMs !== undefined && { endTime: iso(one.endedAtMs) }),
        ...(one.disconnectType !== undefined && { disconnectType: one.disconnectType }),
        ...(one.userId !== undefined && { user: { id: one.userId } }),
        ...(one.queueId !== undefined && { queue: { id: one.queueId } }),
        videoMuted: one.isMuted,
        audioMuted: false,
        held: false,
        peerCount: participants.length - 1,
        msids: ['8b4f'],
        attributes: {},
      })),
    };
  }
}

type Unit = 'communication' | 'participant';

export function sessionOf({ id, communicationId }: StandInParticipant, unit: Unit): string {
  return unit === 'communication' ? communicationId : id;
}

function times({ connectedAtMs }: StandInParticipant): { connectedTime?: string } {
  return connectedAtMs === undefined ? {} : { connectedTime: iso(connectedAtMs) };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
