// What the state of a conversation says of its connections. The platform writes it down in two ways: with the
// communications of each participant, or with one row per participant of a video call. Pure. Of names, numbers and
// addresses that stand beside it nothing is read.
import { type Parting, partingOf } from './disconnect-types.ts';
import { idOf, isRecord, type JsonRecord, recordsOf, timeOf } from './json-value.ts';

/**
 * What is a session: a communication of its own, as the topics of conversations have them, or a participant, as those of
 * video conversations have them.
 */
export type SessionUnit = 'communication' | 'participant';

export interface Communication {
  readonly sessionId: string;
  readonly userId?: string;
  readonly state: 'connected' | Parting;
  /** When it was connected; absent when it never was, or nobody says. */
  readonly connectedAtMs?: number;
  readonly partedAtMs?: number;
  /** Whether its picture is stopped on purpose; absent where that is not told. */
  readonly isMuted?: boolean;
}

export interface ConversationState {
  readonly conversationId: string;
  /** Those that are connected or were; not those that are being set up. */
  readonly communications: readonly Communication[];
  /** Nobody is in it any more. */
  readonly isOver: boolean;
}

/** Undefined when the body is no conversation. */
export function decodeConversation(body: unknown, unit: SessionUnit): ConversationState | undefined {
  if (!isRecord(body)) return undefined;
  const conversationId = idOf(body.id);
  if (conversationId === undefined || !Array.isArray(body.participants)) return undefined;
  const participants = recordsOf(body.participants);
  return {
    conversationId,
    communications: participants.flatMap(unit === 'communication' ? ofParticipant : asParticipant),
    isOver: participants.length > 0 && participants.every(hasLeft),
  };
}

/** Each video, and the calls of users: those of others are telephone lines, which are no business of ours. */
function ofParticipant(participant: JsonRecord): Communication[] {
  const userId = userOf(participant);
  const videos = recordsOf(participant.videos).map((video) =>
    communicationOf(video, userId, isStopped(video)),
  );
  const calls = userId === undefined ? [] : recordsOf(participant.calls);
  return [...videos, ...calls.map((call) => communicationOf(call, userId))].filter(
    (one) => one !== undefined,
  );
}

/**
 * A participant of a video conversation has the state itself. Where a whole conversation was asked for, it is that of the
 * participant's video: the one that is connected, or else the last.
 */
function asParticipant(participant: JsonRecord): Communication[] {
  const videos = recordsOf(participant.videos);
  const row =
    typeof participant.state === 'string'
      ? { ...participant, disconnectedTime: participant.endTime }
      : (videos.find(({ state }) => state === 'connected') ?? videos.at(-1));
  if (row === undefined) return [];
  const communication = communicationOf({ ...row, id: participant.id }, userOf(participant), isStopped(row));
  return communication === undefined ? [] : [communication];
}

function communicationOf(
  { id, state, disconnectType, connectedTime, disconnectedTime }: JsonRecord,
  userId: string | undefined,
  isMuted?: boolean,
): Communication | undefined {
  const sessionId = idOf(id);
  if (sessionId === undefined) return undefined;
  const isConnected = state === 'connected';
  if (!isConnected && !isTerminal(state)) return undefined;
  const connectedAtMs = timeOf(connectedTime);
  const partedAtMs = isConnected ? undefined : timeOf(disconnectedTime);
  return {
    sessionId,
    ...(userId !== undefined && { userId }),
    state: isConnected ? 'connected' : partingOf(disconnectType),
    ...(connectedAtMs !== undefined && { connectedAtMs }),
    ...(partedAtMs !== undefined && { partedAtMs }),
    ...(isMuted !== undefined && { isMuted }),
  };
}

function isTerminal(state: unknown): boolean {
  return state === 'disconnected' || state === 'terminated';
}

/** Muted or held; undefined where neither is told. */
function isStopped({ videoMuted, held }: JsonRecord): boolean | undefined {
  if (held === true || videoMuted === true) return true;
  return typeof videoMuted === 'boolean' ? false : undefined;
}

function userOf({ userId, user }: JsonRecord): string | undefined {
  return idOf(userId) ?? (isRecord(user) ? idOf(user.id) : undefined);
}

function hasLeft({ endTime, state, videos, calls }: JsonRecord): boolean {
  if (timeOf(endTime) !== undefined || isTerminal(state)) return true;
  const communications = [...recordsOf(videos), ...recordsOf(calls)];
  return communications.length > 0 && communications.every((one) => isTerminal(one.state));
}
