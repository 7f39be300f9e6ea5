// Whom a request may speak for: the session of its token, or without tokens the one that it names or any. Knows tokens
// and the query, and nothing of bodies.
import type { Identity } from '../dialect/dialect.ts';
import { Refusal } from '../http/refusal.ts';
import { isFault, readIdentity } from './identity-fields.ts';
import type { SessionTokens, TokenFault } from './session-token.ts';
import type { BrowserTelemetry } from './telemetry.ts';

export interface GateParts {
  /** Absent when no tokens are in use. */
  readonly tokens?: SessionTokens;
  /** Whether a request without a token is refused. */
  readonly required: boolean;
  readonly telemetry: BrowserTelemetry;
}

/** Whom a request speaks for. */
export interface Caller {
  /** Absent when the body may name any session. */
  readonly identity?: Identity;
  /** Whether a token says so: then the body may name no other session. */
  readonly isProven: boolean;
}

/** The parts of a request that say who it is from. */
export interface Presented {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  readonly query: URLSearchParams;
}

const FAULT_TEXTS: Readonly<Record<TokenFault, string>> = {
  missing_token: 'a session token is needed: send it as Authorization: Bearer, or as ?access_token=',
  malformed_token: 'the session token is no token of this receiver',
  wrong_algorithm: 'the session token is no token of this receiver',
  wrong_key: 'the session token was not signed by this receiver',
  wrong_claims: 'the session token is not meant for this',
  expired_token: 'the session token has expired',
};

export class SessionGate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Throws a 401 for a token that is missing or not believed, a 403 for one of another session. */
  async admit({ authorization, query }: Presented): Promise<Caller> {
    const named = query.get('session_id') ?? undefined;
    const { tokens, required } = this.#parts;
    const token = tokens === undefined ? undefined : tokenOf(authorization, query);
    if (tokens === undefined || (token === undefined && !required)) return callerNamed(named);
    const identity = token === undefined ? 'missing_token' : await tokens.verify(token);
    if (typeof identity === 'string') throw this.#unauthorized(identity);
    if (named !== undefined && named !== identity.sessionId) throw this.otherSession();
    return { identity, isProven: true };
  }

  /** A request that speaks for a session which is not its caller's. */
  otherSession(): Refusal {
    this.#parts.telemetry.refusedToken('other_session');
    return new Refusal(403, 'the session token is for another session', {}, { code: 'other_session' });
  }

  #unauthorized(fault: TokenFault): Refusal {
    this.#parts.telemetry.refusedToken(fault);
    // RFC 6750, section 3.1: a request that shows no token at all is told no error code.
    const challenge = fault === 'missing_token' ? 'Bearer' : 'Bearer error="invalid_token"';
    return new Refusal(401, FAULT_TEXTS[fault], { 'www-authenticate': challenge }, { code: fault });
  }
}

/** RFC 6750, sections 2.1 and 2.3: a beacon can't set a header. */
function tokenOf(authorization: string | undefined, query: URLSearchParams): string | undefined {
  const [, bearer] = /^\s*bearer +(\S+)\s*$/i.exec(authorization ?? '') ?? [];
  return bearer ?? query.get('access_token') ?? undefined;
}

function callerNamed(sessionId: string | undefined): Caller {
  if (sessionId === undefined) return { isProven: false };
  const identity = readIdentity({ session_id: sessionId });
  if (isFault(identity)) throw new Refusal(400, identity.fault);
  return { identity, isProven: false };
}
