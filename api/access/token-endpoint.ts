// `POST /oauth/token`: gives a client that shows its secret a token (RFC 6749, section 4.4).
import type { Request, Response } from 'express';
import { z } from 'zod';
import { readSmallBody } from '../../collector/json-body.ts';
import { RateLimit, type RateLimitParts } from '../http/rate-limit.ts';
import { asRefusal } from '../http/refusal.ts';
import { sendJson } from '../http/send.ts';
import { SCOPES, type Scope } from '../scope.ts';
import { scopeText, type AccessTokens } from './access-token.ts';
import type { Client, Clients } from './clients.ts';
import { invalidClient, TokenRefusal } from './token-refusal.ts';
import { FORM_TYPE, isForm, readTokenRequest } from './token-request.ts';

export const TOKEN_ROUTE = '/oauth/token';

/** Of all clients together: each costs a scrypt hash, so this bounds what guessing can cost us. */
const REQUESTS_PER_MINUTE = 240;
/** Of one id, whether there is such a client or not: a client needs one in an hour. */
const REQUESTS_OF_ID_PER_MINUTE = 10;
const MAX_BODY_BYTES = 4_096;
const RETRY_WHEN_BUSY_S = 1;

export const tokenAnswerSchema = z
  .strictObject({
    access_token: z.string().describe('To be shown as `Authorization: Bearer …`.'),
    token_type: z.literal('bearer'),
    expires_in: z.int().describe('For how many seconds it serves.'),
    scope: z.string().describe('The scopes that it carries, separated by blanks.'),
  })
  .meta({ id: 'TokenAnswer' });

export interface TokenEndpointParts extends RateLimitParts {
  readonly clients: Pick<Clients, 'authenticate'>;
  readonly tokens: Pick<AccessTokens, 'mint'>;
}

export class TokenEndpoint {
  readonly #parts: TokenEndpointParts;
  readonly #limitOfAll: RateLimit;
  readonly #limitOfId: RateLimit;

  constructor(parts: TokenEndpointParts) {
    this.#parts = parts;
    this.#limitOfAll = new RateLimit('tokens', REQUESTS_PER_MINUTE, parts);
    this.#limitOfId = new RateLimit('tokens-of-client', REQUESTS_OF_ID_PER_MINUTE, parts);
  }

  /** Rejects with a TokenRefusal, or with a fault of ours. */
  async serve(request: Request, response: Response): Promise<void> {
    try {
      // A secret in the address would stand in every log on the way; whoever sends one there is to learn of it.
      if (request.url.includes('?')) {
        throw new TokenRefusal('invalid_request', 'parameters belong into the body');
      }
      await this.#limitOfAll.take('all', request, response);
      if (!isForm(request.headers['content-type'])) {
        throw new TokenRefusal('invalid_request', `Content-Type must be ${FORM_TYPE}`);
      }
      const body = await readSmallBody(request, MAX_BODY_BYTES);
      const { clientId, clientSecret, scopes } = readTokenRequest(body, request.headers.authorization);
      await this.#limitOfId.take(clientId, request, response);
      const client = await this.#authenticate(clientId, clientSecret);
      const granted = grantedScopes(client, scopes);
      const { token, expiresInS } = await this.#parts.tokens.mint({ clientId: client.id, scopes: granted });
      const answer: z.output<typeof tokenAnswerSchema> = {
        access_token: token,
        token_type: 'bearer',
        expires_in: expiresInS,
        scope: scopeText(granted),
      };
      sendJson(response, { status: 200, headers: { pragma: 'no-cache' }, body: answer });
    } catch (error) {
      throw asTokenRefusal(error);
    }
  }

  async #authenticate(id: string, secret: string): Promise<Client> {
    const client = await this.#parts.clients.authenticate(id, secret);
    switch (client) {
      case 'unknown':
        throw invalidClient();
      case 'busy': {
        const headers = { 'retry-after': String(RETRY_WHEN_BUSY_S) };
        throw new TokenRefusal('temporarily_unavailable', 'too many ask at once', { status: 503, headers });
      }
      default:
        return client;
    }
  }
}

/** All that the client may have, when it asks for none in particular. */
function grantedScopes({ scopes }: Client, asked: readonly string[] | undefined): ReadonlySet<Scope> {
  if (asked === undefined || asked.length === 0) return scopes;
  if (!asked.every((each) => (scopes as ReadonlySet<string>).has(each))) {
    throw new TokenRefusal('invalid_scope', 'a scope is unknown, or more than the client may have');
  }
  return new Set(SCOPES.filter((scope) => asked.includes(scope)));
}

/** Refusals of every request, in the token endpoint's words. */
export function asTokenRefusal(thrown: unknown): TokenRefusal {
  if (thrown instanceof TokenRefusal) return thrown;
  const { status, message, headers, cause } = asRefusal(thrown);
  const fields = { status, headers };
  if (status === 429 || status === 503) return new TokenRefusal('temporarily_unavailable', message, fields);
  if (status === 500) return new TokenRefusal('server_error', message, { ...fields, cause });
  return new TokenRefusal('invalid_request', message, fields);
}
