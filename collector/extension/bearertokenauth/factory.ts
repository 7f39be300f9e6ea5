// The extension `bearertokenauth`: one shared secret, asked of callers and shown to servers.
import { z } from 'zod';
import { secret } from '../../config/fields.ts';
import { defineExtension } from '../../define.ts';
import { BearerTokenAuth } from './bearer-token-auth.ts';
import { isSendable } from './token-match.ts';

function sendableSecret() {
  return secret().refine(isSendable, { error: 'must be printable ASCII without blanks or line breaks' });
}

const configSchema = z
  .strictObject({
    scheme: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]*$/, { error: 'must be one word, such as "Bearer", or empty' })
      .prefault('Bearer')
      .describe('The word before the token in the Authorization header. Empty: the token stands alone.'),
    token: sendableSecret()
      .optional()
      .describe('The token. An empty one lets nobody in, and sends no header to servers.'),
    tokens: z
      .array(sendableSecret())
      .optional()
      .describe('Several tokens, for rotation: each lets callers in, the first is shown to servers.'),
    filename: z
      .string()
      .min(1)
      .optional()
      .describe('File with one token a line, read at start. Wins over token and tokens.'),
  })
  .refine((config) => [config.token, config.tokens, config.filename].some((value) => value !== undefined), {
    error: 'needs a token; set token, tokens or filename',
  });

export type BearerTokenConfig = z.output<typeof configSchema>;

export const bearerTokenAuthFactory = defineExtension({
  type: 'bearertokenauth',
  summary: 'Authenticates callers and outgoing requests by a bearer token.',
  configSchema,
  create: (settings, config) => new BearerTokenAuth(settings, config),
});
