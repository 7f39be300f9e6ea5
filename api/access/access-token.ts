// Access tokens: short-lived signed permits to read the API, minted for clients that showed their secret. JWT as RFC 9068
// has them, with HMAC-SHA-256, judged by the injected clock and by what the configuration says now.
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import type { Clock } from '../../collector/clock.ts';
import type { Secret } from '../../collector/secret.ts';
import { SCOPES, type Caller, type Scope } from '../scope.ts';
import type { Clients } from './clients.ts';

/** Fixed, so that a token of another service under the same key is worth nothing here, and ours nothing there. */
const ISSUER = 'webrtc-quality-bridge';
const AUDIENCE = 'webrtc-quality-bridge/api';
const TYPE = 'at+jwt';
const ALGORITHM = 'HS256';
/** The clocks of two servers may differ by this much. */
const CLOCK_TOLERANCE_S = 5;
const RANDOM_KEY_BYTES = 32;
/** Several times the longest of ours: nothing longer is worth a look. */
const MAX_TOKEN_LENGTH = 4_096;

/** Why a token is not believed; also the attribute of the counter. */
export type TokenFault =
  | 'malformed_token'
  | 'wrong_algorithm'
  | 'wrong_signature'
  | 'wrong_type'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'wrong_claims'
  | 'issued_in_the_future'
  | 'expired_token'
  | 'unknown_client';

export interface MintedToken {
  readonly token: string;
  readonly expiresInS: number;
}

export class AccessTokens {
  readonly #key: KeyObject;
  readonly #lifetimeS: number;
  readonly #clients: Pick<Clients, 'find'>;
  readonly #clock: Clock;

  /** Without a key a random one serves: then tokens end with the process. */
  constructor(
    key: Secret | undefined,
    lifetimeMs: number,
    { clients, clock }: { readonly clients: Pick<Clients, 'find'>; readonly clock: Clock },
  ) {
    this.#key =
      key === undefined
        ? createSecretKey(randomBytes(RANDOM_KEY_BYTES))
        : createSecretKey(key.reveal(), 'utf8');
    this.#lifetimeS = Math.ceil(lifetimeMs / 1_000);
    this.#clients = clients;
    this.#clock = clock;
  }

  async mint({ clientId, scopes }: Caller): Promise<MintedToken> {
    const issuedAtS = Math.floor(this.#clock.nowMs() / 1_000);
    const claims: JWTPayload = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: clientId,
      client_id: clientId,
      scope: scopeText(scopes),
      iat: issuedAtS,
      exp: issuedAtS + this.#lifetimeS,
      jti: randomUUID(),
    };
    const signing = new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ: TYPE });
    return { token: await signing.sign(this.#key), expiresInS: this.#lifetimeS };
  }

  /** Whom the token speaks for, with what the client may have both by the token and by the configuration; or why nobody. */
  async verify(token: string): Promise<Caller | TokenFault> {
    if (token.length > MAX_TOKEN_LENGTH) return 'malformed_token';
    let payload: JWTPayload;
    try {
      payload = await this.#payload(token);
    } catch (error) {
      return faultOf(error);
    }
    const { sub, client_id, scope } = payload;
    if (sub === undefined || client_id !== sub || typeof scope !== 'string') return 'wrong_claims';
    const client = this.#clients.find(sub);
    if (client === undefined) return 'unknown_client';
    const named = new Set(scope.split(' '));
    const scopes = SCOPES.filter((each) => named.has(each) && client.scopes.has(each));
    return { clientId: client.id, scopes: new Set(scopes) };
  }

  async #payload(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.#key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.#clock.nowMs()),
      // Whoever has the key can sign tokens without us, and the lifetime may have been shortened since.
      maxTokenAge: this.#lifetimeS,
      requiredClaims: ['sub', 'client_id', 'scope', 'exp', 'jti'],
    });
    return payload;
  }
}

/** As RFC 6749, 3.3, writes scopes; always in the same order. */
export function scopeText(scopes: ReadonlySet<Scope>): string {
  return SCOPES.filter((scope) => scopes.has(scope)).join(' ');
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong_signature';
  if (error instanceof errors.JWTExpired) return 'expired_token';
  if (error instanceof errors.JWTClaimValidationFailed) return faultOfClaim(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong_algorithm';
  if (error instanceof errors.JOSEError) return 'malformed_token';
  throw error;
}

function faultOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): TokenFault {
  switch (claim) {
    case 'typ':
      return 'wrong_type';
    case 'iss':
      return 'wrong_issuer';
    case 'aud':
      return 'wrong_audience';
    case 'iat':
      return reason === 'check_failed' ? 'issued_in_the_future' : 'wrong_claims';
    default:
      return 'wrong_claims';
  }
}
