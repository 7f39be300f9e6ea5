// A request for a token that is not granted, in the words of RFC 6749, section 5.2.
import { z } from 'zod';
import { REALM } from './token-gate.ts';

/** Those of the RFC, and two of its section 4.1.2.1 for what only another try can tell. */
export const TOKEN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unsupported_grant_type',
  'invalid_scope',
  'temporarily_unavailable',
  'server_error',
] as const;

type TokenError = (typeof TOKEN_ERRORS)[number];

export const tokenErrorSchema = z
  .strictObject({
    error: z.enum(TOKEN_ERRORS).describe('For a program.'),
    error_description: z.string().describe('For a person; quotes nothing of the request.'),
  })
  .meta({ id: 'TokenError' });

export interface TokenRefusalOptions extends ErrorOptions {
  /** 400, unless the RFC says otherwise. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly error: TokenError;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /** `description` is for the caller: it quotes nothing of the request. A `cause` is a fault of ours, for the log. */
  constructor(
    error: TokenError,
    description: string,
    { status = 400, headers = {}, ...options }: TokenRefusalOptions = {},
  ) {
    super(description, options);
    this.error = error;
    this.status = status;
    this.headers = headers;
  }

  get body(): z.output<typeof tokenErrorSchema> {
    return { error: this.error, error_description: this.message };
  }
}

/** The same for a wrong id and a wrong secret. */
export function invalidClient(description = 'no client has this id and this secret'): TokenRefusal {
  const headers = { 'www-authenticate': `Basic realm="${REALM}", charset="UTF-8"` };
  return new TokenRefusal('invalid_client', description, { status: 401, headers });
}
