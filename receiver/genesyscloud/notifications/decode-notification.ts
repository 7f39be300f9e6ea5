// What a notification says, by its topic. Pure; takes any body that JSON can be.
import { type Parting, partingOf } from './disconnect-types.ts';
import { type ConversationState, decodeConversation, type SessionUnit } from './decode-conversation.ts';
import { idOf, isRecord, timeOf } from './json-value.ts';

export type Tidings =
  | { readonly kind: 'conversation'; readonly unit: SessionUnit; readonly state: ConversationState }
  | StationTidings
  | PartingTidings
  /** A topic that tells nothing of connections, or whose way of telling it nobody knows. */
  | { readonly kind: 'other' }
  | { readonly kind: 'unreadable' };

/** The lasting connection of a user's WebRTC phone. */
export interface StationTidings {
  readonly kind: 'station';
  readonly stationId: string;
  readonly userId?: string;
  readonly isConnected: boolean;
  readonly atMs?: number;
}

/** Somebody has left a conversation. */
export interface PartingTidings {
  readonly kind: 'parting';
  readonly conversationId: string;
  /** Either may be what the session is known by. */
  readonly sessionIds: readonly string[];
  readonly parting: Parting;
  readonly atMs?: number;
}

type Decoder = (body: unknown) => Tidings;

const UNREADABLE: Tidings = { kind: 'unreadable' };

const DECODERS: readonly (readonly [topic: RegExp, decode: Decoder])[] = [
  [/^v2\.(?:users|routing\.queues)\.[^.]+\.conversations$/, ofConversation('communication')],
  [/^v2\.(?:users|routing\.queues)\.[^.]+\.conversations\.videos$/, ofConversation('participant')],
  [/^v2\.users\.[^.]+\.persistentconnection$/, ofStation],
  [/^v2\.detail\.events\.conversation\.[^.]+\.(?:user|customer)\.end$/, ofParting],
];

export function decodeNotification(topic: string, body: unknown): Tidings {
  const [, decode] = DECODERS.find(([pattern]) => pattern.test(topic)) ?? [];
  return decode?.(body) ?? { kind: 'other' };
}

function ofConversation(unit: SessionUnit): Decoder {
  return (body) => {
    const state = decodeConversation(body, unit);
    return state === undefined ? UNREADABLE : { kind: 'conversation', unit, state };
  };
}

const STATION_STATES: Readonly<Record<string, boolean>> = {
  ACTIVE_CALL: true,
  PERSISTED: true,
  DISCONNECTED: false,
  FAILED: false,
};

function ofStation(body: unknown): Tidings {
  if (!isRecord(body)) return UNREADABLE;
  const { persistentState } = body;
  const stationId = idOf(body.stationId);
  if (stationId === undefined || typeof persistentState !== 'string') return UNREADABLE;
  // UNKNOWN, and what may come to it.
  if (!Object.hasOwn(STATION_STATES, persistentState)) return { kind: 'other' };
  const userId = idOf(body.userId);
  const atMs = timeOf(body.eventTime);
  return {
    kind: 'station',
    stationId,
    ...(userId !== undefined && { userId }),
    isConnected: STATION_STATES[persistentState]!,
    ...(atMs !== undefined && { atMs }),
  };
}

function ofParting(body: unknown): Tidings {
  if (!isRecord(body)) return UNREADABLE;
  const conversationId = idOf(body.conversationId);
  const sessionIds = [body.sessionId, body.participantId].map(idOf).filter((id) => id !== undefined);
  if (conversationId === undefined || sessionIds.length === 0) return UNREADABLE;
  const atMs = timeOf(body.eventTime);
  return {
    kind: 'parting',
    conversationId,
    sessionIds,
    parting: partingOf(body.disconnectType),
    ...(atMs !== undefined && { atMs }),
  };
}
