// Session tokens: short-lived signed permits to report for one session. Minted for servers, shown by pages, and judged
// by the injected clock. JWT (RFC 7519) with HMAC-SHA-256; the keys are never seen by a page.
import { createSecretKey, type KeyObject, randomUUID } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import type { Clock } from '../../collector/clock.ts';
import type { Secret } from '../../collector/secret.ts';
import type { Identity } from '../dialect/dialect.ts';
import { isFault, readIdentity } from './identity-fields.ts';

/** Fixed, so that a token of another service under the same key is worth nothing here, and ours nothing there. */
const ISSUER = 'webrtc-quality-bridge';
const AUDIENCE = 'webrtc-quality-bridge/browser';
const ALGORITHM = 'HS256';
/** The clocks of two servers may differ by this much. */
const CLOCK_TOLERANCE_S = 30;

/** Why a token is not believed; also the attribute of the counter, and the `code` of the answer. */
export type TokenFault =
  'missing_token' | 'malformed_token' | 'wrong_algorithm' | 'wrong_key' | 'wrong_claims' | 'expired_token';

export interface MintedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export class SessionTokens {
  readonly #keys: readonly KeyObject[];
  readonly #lifetimeS: number;
  readonly #clock: Clock;

  /** The first key signs, all of them verify. */
  constructor(keys: readonly Secret[], lifetimeMs: number, clock: Clock) {
    this.#keys = keys.map((key) => createSecretKey(key.reveal(), 'utf8'));
    this.#lifetimeS = Math.ceil(lifetimeMs / 1_000);
    this.#clock = clock;
  }

  async mint({ sessionId, conversationId, agentId, dimensions }: Identity): Promise<MintedToken> {
    const issuedAtS = Math.floor(this.#clock.nowMs() / 1_000);
    const expiresAtS = issuedAtS + this.#lifetimeS;
    const claims: JWTPayload = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: sessionId,
      ...(conversationId !== undefined && { conversation_id: conversationId }),
      ...(agentId !== undefined && { agent_id: agentId }),
      ...(dimensions !== undefined && { dimensions }),
      iat: issuedAtS,
      exp: expiresAtS,
      jti: randomUUID(),
    };
    const signing = new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' });
    return { token: await signing.sign(this.#keys[0]!), expiresAtMs: expiresAtS * 1_000 };
  }

  /** Whom the token lets report, or why nobody. */
  async verify(token: string): Promise<Identity | TokenFault> {
    let fault: TokenFault = 'wrong_key';
    for (const key of this.#keys) {
      try {
        return identityOf(await this.#payload(token, key));
      } catch (error) {
        fault = faultOf(error);
        if (fault !== 'wrong_key') return fault;
      }
    }
    return fault;
  }

  async #payload(token: string, key: KeyObject): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.#clock.nowMs()),
      // Whoever has the key can sign tokens without us: the lifetime holds for theirs too.
      maxTokenAge: this.#lifetimeS,
      requiredClaims: ['sub', 'exp'],
    });
    return payload;
  }
}

function identityOf({ sub, conversation_id, agent_id, dimensions }: JWTPayload): Identity | TokenFault {
  const identity = readIdentity({ session_id: sub, conversation_id, agent_id, dimensions });
  return isFault(identity) ? 'wrong_claims' : identity;
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong_key';
  if (error instanceof errors.JWTExpired) return 'expired_token';
  if (error instanceof errors.JWTClaimValidationFailed) return 'wrong_claims';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'wrong_algorithm';
  if (error instanceof errors.JOSEError) return 'malformed_token';
  throw error;
}
