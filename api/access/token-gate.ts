// Whom a request speaks for, by its Authorization header alone: a token in an address would stand in every log on the way.
import { ApiRefusal } from '../api-refusal.ts';
import type { Caller, Scope } from '../scope.ts';
import type { AccessTokens, TokenFault } from './access-token.ts';

export const REALM = 'webrtc-quality-bridge';

/** For a person: what `error_description` says. No quotes in it (RFC 6750, section 3). */
const FAULT_TEXTS: Readonly<Record<TokenFault, string>> = {
  malformed_token: 'the token is malformed',
  wrong_algorithm: 'the token is signed by another algorithm than HS256',
  wrong_signature: 'the signature of the token is not ours',
  wrong_type: 'the token is no access token',
  wrong_issuer: 'the token is of another issuer',
  wrong_audience: 'the token is for another audience',
  wrong_claims: 'the token lacks claims, or has malformed ones',
  issued_in_the_future: 'the token is issued in the future',
  expired_token: 'the token is expired',
  unknown_client: 'the client of the token is not configured any more',
};

/** Why a request is turned away; the attribute of the counter. */
export type GateFault = TokenFault | 'missing_token' | 'insufficient_scope';

export interface GateParts {
  readonly tokens: Pick<AccessTokens, 'verify'>;
  refused(fault: GateFault): void;
}

export class TokenGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Throws a 401 for a token that is missing or not believed. */
  async admit(authorization: string | undefined): Promise<Caller> {
    const token = tokenOf(authorization);
    if (token === undefined) throw this.#missing();
    const caller = await this.#parts.tokens.verify(token);
    if (typeof caller === 'string') throw this.#invalid(caller);
    return caller;
  }

  /** Throws a 403 when the caller may not have this scope. */
  requireScope({ scopes }: Caller, scope: Scope): void {
    if (scopes.has(scope)) return;
    this.#parts.refused('insufficient_scope');
    const description = 'the token does not carry the scope that this needs';
    throw new ApiRefusal(403, 'not.authorized', `${description}: ${scope}`, {
      'www-authenticate': challenge({ error: 'insufficient_scope', error_description: description, scope }),
    });
  }

  /** RFC 6750, section 3.1: a request that shows no token at all is told no error code. */
  #missing(): ApiRefusal {
    this.#parts.refused('missing_token');
    const message = 'a token is needed: Authorization: Bearer TOKEN, with one from POST /oauth/token';
    return new ApiRefusal(401, 'authentication.required', message, { 'www-authenticate': challenge({}) });
  }

  #invalid(fault: TokenFault): ApiRefusal {
    this.#parts.refused(fault);
    const description = FAULT_TEXTS[fault];
    return new ApiRefusal(401, 'bad.credentials', description, {
      'www-authenticate': challenge({ error: 'invalid_token', error_description: description }),
    });
  }
}

/** What follows `Bearer`, whatever it is; undefined when there is nothing. */
function tokenOf(authorization: string | undefined): string | undefined {
  return /^bearer +(.+)$/i.exec(authorization ?? '')?.[1];
}

function challenge(attributes: Readonly<Record<string, string>>): string {
  const all = Object.entries({ realm: REALM, ...attributes });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
