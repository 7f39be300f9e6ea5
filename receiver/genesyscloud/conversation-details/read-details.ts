// A page of conversation details → what is counted of each conversation: whether it has ended, its lowest MOS, and its
// medium. Numbers, names, participants and attributes are not looked at. Pure.
import { parseEventTime } from '../../guide-event/event-time.ts';
import { idProblem } from '../../guide-event/text-value.ts';
import { isList, isObject, type JsonObject } from '../platform/json-object.ts';

export const MEDIA_TYPES = ['video', 'screenshare', 'voice', 'other'] as const;

export interface ConversationDetail {
  readonly conversationId: string;
  /** Absent while it lasts. */
  readonly endedAtMs?: number;
  /** 1–5. */
  readonly minMos?: number;
  readonly mediaType: (typeof MEDIA_TYPES)[number];
}

export interface ReadDetails {
  readonly conversations: readonly ConversationDetail[];
  /** Of the page, readable or not. */
  readonly count: number;
  readonly totalHits?: number;
  readonly faultCount: number;
}

/** Of participants and their sessions, to be looked at for a medium. */
const MAX_EACH = 100;

/** Undefined when it is no page. One without conversations has none. */
export function readDetails(body: unknown): ReadDetails | undefined {
  if (!isObject(body)) return undefined;
  const { conversations: list = [], totalHits: told } = body;
  const totalHits = Number.isSafeInteger(told) && (told as number) >= 0 ? (told as number) : undefined;
  if (!isList(list) || (told !== undefined && totalHits === undefined)) return undefined;
  const conversations: ConversationDetail[] = [];
  let faultCount = 0;
  for (const entry of list as unknown[]) {
    const detail = isObject(entry) ? detailOf(entry, () => void (faultCount += 1)) : undefined;
    if (detail === undefined) faultCount += 1;
    else conversations.push(detail);
  }
  return { conversations, count: list.length, ...(totalHits !== undefined && { totalHits }), faultCount };
}

function detailOf(entry: JsonObject, fault: () => void): ConversationDetail | undefined {
  const { conversationId, conversationEnd, mediaStatsMinConversationMos: mos } = entry;
  if (idProblem(conversationId) !== undefined) return undefined;
  const endedAtMs = parseEventTime(conversationEnd);
  if (endedAtMs === undefined && conversationEnd !== undefined && conversationEnd !== null) return undefined;
  const isMos = typeof mos === 'number' && mos >= 1 && mos <= 5;
  if (!isMos && mos !== undefined && mos !== null) fault();
  return {
    conversationId: conversationId as string,
    ...(endedAtMs !== undefined && { endedAtMs }),
    ...(isMos && { minMos: mos }),
    mediaType: mediaTypeOf(entry),
  };
}

/** The richest of all its sessions. */
function mediaTypeOf({ participants }: JsonObject): ConversationDetail['mediaType'] {
  const types = new Set<unknown>();
  for (const participant of listOf(participants)) {
    for (const session of isObject(participant) ? listOf(participant.sessions) : []) {
      if (isObject(session)) types.add(session.mediaType);
    }
  }
  return MEDIA_TYPES.find((type) => types.has(type)) ?? 'other';
}

function listOf(value: unknown): readonly unknown[] {
  return isList(value) ? value.slice(0, MAX_EACH) : [];
}
