// What a server says when it asks for a session token. Pure.
import type { Identity } from '../dialect/dialect.ts';
import { Refusal } from '../http/refusal.ts';
import { isFault, readIdentity } from './identity-fields.ts';

const KEYS = ['session_id', 'conversation_id', 'agent_id', 'dimensions'] as const;

/** Strict, unlike what comes from pages: a key that was mistyped would be missed in every sample. Throws a 400. */
export function readTokenRequest(body: unknown): Identity {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'the body must be an object');
  }
  const { session_id, conversation_id, agent_id, dimensions, ...others } = body as Readonly<
    Partial<Record<(typeof KEYS)[number], unknown>>
  >;
  if (Object.keys(others).length > 0) throw new Refusal(400, `the body may have ${KEYS.join(', ')} only`);
  const identity = readIdentity({ session_id, conversation_id, agent_id, dimensions });
  if (isFault(identity)) throw new Refusal(400, identity.fault);
  return identity;
}
