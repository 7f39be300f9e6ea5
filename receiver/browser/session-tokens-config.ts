// The keys under `session_tokens`.
import { z } from 'zod';
import { positiveDuration, signingKey } from '../../collector/config/fields.ts';

const LONGEST_LIFETIME_MS = 24 * 3_600_000;

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
