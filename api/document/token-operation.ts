// The token endpoint as the OpenAPI document shows it.
import { z } from 'zod';
import { TOKEN_ROUTE, tokenAnswerSchema } from '../access/token-endpoint.ts';
import { tokenErrorSchema } from '../access/token-refusal.ts';
import { FORM_TYPE } from '../access/token-request.ts';
import type { AnswerDefinition } from '../operation.ts';
import { RETRY_AFTER } from './common-answers.ts';

const requestSchema = z
  .object({
    grant_type: z.literal('client_credentials'),
    scope: z
      .string()
      .optional()
      .describe('What the token is to carry, separated by blanks. Left out: all that the client may have.'),
    client_id: z.string().optional().describe('Instead of the Authorization header.'),
    client_secret: z.string().optional().describe('Instead of the Authorization header.'),
  })
  .meta({ id: 'TokenRequest' });

const refusal = (description: string, headers?: Readonly<Record<string, string>>): AnswerDefinition => ({
  description,
  content: { 'application/json': tokenErrorSchema },
  ...(headers !== undefined && { headers }),
});

const retryAfter = { 'Retry-After': RETRY_AFTER };

export const TOKEN_OPERATION = {
  route: TOKEN_ROUTE,
  method: 'post',
  operationId: 'createToken',
  summary: 'Gives a client an access token (RFC 6749, section 4.4).',
  requestType: FORM_TYPE,
  requestSchema,
  answers: new Map<number, AnswerDefinition>([
    [200, { description: 'A token.', content: { 'application/json': tokenAnswerSchema } }],
    [
      400,
      refusal('The request is malformed, of another grant, or for a scope that the client may not have.'),
    ],
    [
      401,
      refusal('The credentials are missing, or not those of a client.', {
        'WWW-Authenticate': 'Which credential is needed.',
      }),
    ],
    [405, refusal('The method is not served here.', { Allow: 'The methods that are.' })],
    [413, refusal('The body is too large.')],
    [429, refusal('Too many requests for tokens.', retryAfter)],
    [500, refusal('A fault of ours.')],
    [503, refusal('Not now; too many ask at once, or the process is stopping.', retryAfter)],
  ]),
} as const;
