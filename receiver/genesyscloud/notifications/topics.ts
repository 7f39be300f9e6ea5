// Topics of the notification service: which can be asked for, and what the platform says of each of them.
import { isRecord, recordsOf } from './json-value.ts';

/** The platform's limit for one channel. */
export const MAX_TOPICS = 1_000;
/** A topic of one user, queue or conversation: `{id}` stands for one in documentation only. */
export const TOPIC_PATTERN = /^v2(?:\.[A-Za-z0-9_-]{1,64}){1,12}$/;

export interface RejectedTopic {
  readonly topic: string;
  /** The platform's word for why, such as `missing_permission`, and the permissions that are missing. */
  readonly reason: string;
}

/** A word of the platform's that may be shown. */
const REASON_WORD = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
const MAX_PERMISSIONS = 5;

/**
 * Which of the topics that were asked for were rejected. What the answer does not speak of was accepted: some answers have
 * no body.
 */
export function rejectedOf(answer: unknown, topics: readonly string[]): RejectedTopic[] {
  const byTopic = new Map(
    recordsOf(isRecord(answer) ? answer.entities : undefined)
      .filter(({ state }) => state === 'Rejected')
      .map((entity) => [entity.id, entity]),
  );
  return topics.flatMap((topic) => {
    const entity = byTopic.get(topic);
    return entity === undefined
      ? []
      : [{ topic, reason: reasonOf(entity.rejectionReason, entity.missingPermissions) }];
  });
}

function reasonOf(rejectionReason: unknown, missingPermissions: unknown): string {
  const words = Array.isArray(missingPermissions)
    ? missingPermissions.filter(isWord).slice(0, MAX_PERMISSIONS)
    : [];
  const word = isWord(rejectionReason) ? rejectionReason : 'rejected';
  return words.length === 0 ? word : `${word}: ${words.join(', ')}`;
}

function isWord(value: unknown): value is string {
  return typeof value === 'string' && REASON_WORD.test(value);
}
