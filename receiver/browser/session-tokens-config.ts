// The keys under `session_tokens`.
import { z } from 'zod';
import { positiveDuration, secret } from '../../collector/config/fields.ts';

/** RFC 7518, section 3.2: a key of HMAC-SHA-256 has at least as many bits as the hash. */
const LEAST_KEY_BYTES = 32;
const LONGEST_LIFETIME_MS = 24 * 3_600_000;

function signingKey() {
  return secret().refine((key) => Buffer.byteLength(key.reveal(), 'utf8') >= LEAST_KEY_BYTES, {
    error: `must have at least ${LEAST_KEY_BYTES} bytes; make one with "openssl rand -base64 32"`,
  });
}

export function sessionTokens() {
  return z
    .strictObject({
      signing_key: signingKey()
        .optional()
        .describe('The key that signs session tokens and verifies them: 32 random bytes or more.'),
      signing_keys: z
        .array(signingKey())
        .min(1)
        .optional()
        .describe('Several keys instead of one, for rotation: the first signs, each verifies.'),
      lifetime: positiveDuration()
        .refine(({ ms }) => ms <= LONGEST_LIFETIME_MS, { error: 'must be at most 24h' })
        .prefault('1h')
        .describe(
          'How long a token serves, counted from when it was signed. Also the age beyond which none is taken, whoever signed it.',
        ),
      required: z
        .boolean()
        .prefault(true)
        .describe(
          'Whether a report without a token is refused. When false, tokens that do come are still checked.',
        ),
    })
    .refine((tokens) => (tokens.signing_key === undefined) !== (tokens.signing_keys === undefined), {
      error: 'needs its key: set exactly one of signing_key and signing_keys',
    });
}
