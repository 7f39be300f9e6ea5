// The configuration keys that receivers of pushed records have in common.
import { z } from 'zod';
import { positiveDuration, secret } from '../../collector/config/fields.ts';
import { DIMENSION_KEYS } from '../sample.ts';

export const KIBIBYTE = 1_024;
export const MEBIBYTE = 1_024 * KIBIBYTE;

/** A path to serve. */
export function servedPath() {
  return z
    .string()
    .regex(/^\/[\w./~-]*$/, { error: 'must begin with "/" and hold letters, digits and ._~/- only' });
}

export function maxBodyBytes() {
  return z
    .int()
    .min(KIBIBYTE)
    .max(64 * MEBIBYTE);
}

export function maxPendingBytes() {
  return z
    .int()
    .min(KIBIBYTE)
    .prefault(64 * MEBIBYTE)
    .describe(
      'Bodies in memory at one time, compressed and decompressed bytes together. Beyond it senders get 429 and a time to come back.',
    );
}

/** What is known of sessions, and for how long. */
export const SESSION_FIELDS = {
  max_sessions: z
    .int()
    .min(1)
    .prefault(100_000)
    .describe(
      'Sessions known at one time. A new one beyond it is refused; a known one is never dropped for it.',
    ),
  session_timeout: positiveDuration()
    .prefault('60s')
    .describe('How long a session may be silent before it is forgotten and its gauges are withdrawn.'),
  dimensions: z
    .array(z.enum(DIMENSION_KEYS))
    .prefault([...DIMENSION_KEYS])
    .describe('The attributes of a session to keep. All others are dropped as they come in.'),
  agent_id_hmac_key: secret()
    .refine((key) => !key.isEmpty, { error: 'must not be empty' })
    .optional()
    .describe(
      'When set, agent ids are replaced by their HMAC-SHA-256 under this key. Without it they are kept.',
    ),
};

/** A rule over two keys, shown at the one to change. */
export function refuseTooLittleRoom(
  config: { readonly max_body_bytes: number; readonly max_pending_bytes: number },
  context: z.RefinementCtx,
): void {
  if (config.max_pending_bytes >= 2 * config.max_body_bytes) return;
  const message = 'must be at least twice max_body_bytes, or a large compressed body could never come in';
  context.addIssue({ code: 'custom', path: ['max_pending_bytes'], message });
}
