// Replaces agent ids by a keyed hash, so that whoever has the key can tell agents apart and find one, and nobody else.
import { createHmac } from 'node:crypto';
import type { Secret } from '../../collector/secret.ts';

/** An agent sends every few seconds, and the hash costs more than decoding the rest of the sample. */
const MAX_REMEMBERED = 10_000;

/** Lower-case hex HMAC-SHA-256 of the agent id under `key`. */
export function createAgentPseudonym(key: Secret): (agentId: string) => string {
  const remembered = new Map<string, string>();
  return (agentId) => {
    const known = remembered.get(agentId);
    if (known !== undefined) return known;
    const pseudonym = createHmac('sha256', key.reveal()).update(agentId, 'utf8').digest('hex');
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(agentId, pseudonym);
    return pseudonym;
  };
}
