// The answer to a body that was understood: which of its entries were taken. Pure.
import type { Rejection } from '../guide-event/decode-body.ts';
import { retryAfter } from './refusal.ts';

/** The body of the answer, as JSON. */
export interface AnswerBody {
  /** Records that took effect. */
  readonly accepted: number;
  /** Entries that were not taken, each with its position in the body; at most the first hundred. */
  readonly rejected: readonly Rejection[];
  /** Present when `rejected` was cut: how many there were. */
  readonly rejected_total?: number;
  /** Records that had come before, or were older than one that had. */
  readonly duplicates: number;
  /** Present where the receiver has a filter: entries of which it let nothing pass. */
  readonly filtered?: number;
}

export interface IntakeAnswer {
  /** 200 when anything was taken or filtered, also in part; 400 when every entry is malformed; 429 when only room lacked. */
  readonly status: 200 | 400 | 429;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AnswerBody;
}

export interface Taken {
  readonly acceptedCount: number;
  readonly duplicateCount: number;
  /** Entries that the receiver's own filter held back; absent when it has none. */
  readonly filteredCount?: number | undefined;
  /** Entries that can never be taken. */
  readonly malformed: readonly Rejection[];
  /** Entries that may be sent again when there is room for another session. */
  readonly withoutRoom: readonly Rejection[];
  readonly roomAfterMs: number;
}

const MAX_LISTED = 100;

export function answerOf({
  acceptedCount,
  duplicateCount,
  filteredCount,
  malformed,
  withoutRoom,
  roomAfterMs,
}: Taken): IntakeAnswer {
  const rejected = [...malformed, ...withoutRoom].sort((one, other) => one.index - other.index);
  const body: AnswerBody = {
    accepted: acceptedCount,
    rejected: rejected.slice(0, MAX_LISTED),
    ...(rejected.length > MAX_LISTED && { rejected_total: rejected.length }),
    duplicates: duplicateCount,
    ...(filteredCount !== undefined && { filtered: filteredCount }),
  };
  // Sending all of it again is right only when nothing was taken: a part that was would come back as duplicates. What was
  // filtered is filtered again.
  if (acceptedCount + duplicateCount > 0 || rejected.length === 0) return { status: 200, headers: {}, body };
  if (withoutRoom.length > 0) return { status: 429, headers: retryAfter(roomAfterMs), body };
  const isAllMalformed = (filteredCount ?? 0) === 0;
  return { status: isAllMalformed ? 400 : 200, headers: {}, body };
}
