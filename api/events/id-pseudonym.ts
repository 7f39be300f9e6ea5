// Replaces ids of sessions and conversations for who may not see them: a keyed hash, so that one session is still told
// from another, and nobody without the key can try out whether a pseudonym is that of an id.
import { createHmac, type KeyObject } from 'node:crypto';

export type IdKind = 'session' | 'conversation';

export type IdPseudonym = (kind: IdKind, id: string) => string;

/** A session sends every few seconds, and the hash costs more than writing the rest of the event. */
const MAX_REMEMBERED = 20_000;
/** 128 bits: no two ids will ever share one. */
const HEX_DIGITS = 32;

/**
 * `anon-` and 32 hex digits of HMAC-SHA-256 under `key`: the same for as long as the key is. An id that a session and a
 * conversation share has two.
 */
export function createIdPseudonym(key: KeyObject): IdPseudonym {
  const remembered = new Map<string, string>();
  return (kind, id) => {
    const text = `${kind}:${id}`;
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', key).update(text, 'utf8').digest('hex');
    const pseudonym = `anon-${digest.slice(0, HEX_DIGITS)}`;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, pseudonym);
    return pseudonym;
  };
}
