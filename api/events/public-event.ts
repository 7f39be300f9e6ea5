// A record as others may see it: the guide's event without the agent, and without ids for who may not see them.
import { encodeGuideEvent, type GuideEvent } from '../../receiver/guide-event/encode.ts';
import type { QualityRecord } from '../sessions/live-session.ts';
import type { Caller } from '../scope.ts';
import type { IdPseudonym } from './id-pseudonym.ts';

/** Whether ids are shown, or pseudonyms in their place. */
export type EventForm = 'ids' | 'pseudonyms';

export function formFor({ scopes }: Pick<Caller, 'scopes'>): EventForm {
  return scopes.has('sessions:read') ? 'ids' : 'pseudonyms';
}

export function publicEvent(record: QualityRecord, form: EventForm, pseudonymOf: IdPseudonym): GuideEvent {
  const { agentId, ...shown } = record;
  if (form === 'ids') return encodeGuideEvent(shown);
  const { sessionId, conversationId } = shown;
  return encodeGuideEvent({
    ...shown,
    sessionId: pseudonymOf('session', sessionId),
    ...(conversationId !== undefined && { conversationId: pseudonymOf('conversation', conversationId) }),
  });
}
