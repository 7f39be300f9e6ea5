// Whether a presented credential is one of ours, in a time that tells nothing about how close it came.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../secret.ts';

/**
 * Whether an Authorization header carries one of `tokens` under `scheme`. The scheme is compared without regard to
 * case (RFC 9110, section 11.1), the token exactly; an empty token matches nothing.
 */
export function matchesToken(header: string | undefined, scheme: string, tokens: readonly Secret[]): boolean {
  const presented = header === undefined ? undefined : credentialOf(header, scheme);
  if (presented === undefined || presented === '') return false;
  const presentedDigest = digest(presented);
  let matches = false;
  // All tokens are compared, and by digests of one length, so that the time is the same for every guess.
  for (const token of tokens) {
    const equal = timingSafeEqual(presentedDigest, digest(token.reveal()));
    matches ||= equal;
  }
  return matches;
}

/** Whether one Authorization header can carry `token`. */
export function isSendable(token: Secret): boolean {
  return /^[\x21-\x7e]*$/.test(token.reveal());
}

function credentialOf(header: string, scheme: string): string | undefined {
  if (scheme === '') return header.trim();
  const [, word, credential] = /^\s*(\S+) +(\S+)\s*$/.exec(header) ?? [];
  return word?.toLowerCase() === scheme.toLowerCase() ? credential : undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
