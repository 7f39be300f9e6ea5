// One request for a token by the client credentials grant (RFC 6749, section 4.4). The answer is judged by oauth4webapi.
// Errors hold nothing of what was sent or answered but a status and the error codes of the RFCs: an endpoint may repeat
// the secret, and a token may be in any answer.
import {
  allowInsecureRequests,
  type Client,
  clientCredentialsGrantRequest,
  ClientSecretPost,
  customFetch,
  processClientCredentialsResponse,
  type TokenEndpointResponse,
} from 'oauth4webapi';
import type { ExchangeAnswer, ExchangeRequest } from '../../egress/guarded-client.ts';
import { faultText } from '../../egress/fault-text.ts';
import { Secret } from '../../secret.ts';
import { clientSecretBasic } from './client-secret-basic.ts';
import { scopesOf } from './scope-difference.ts';

/** Longest answer that is read: tokens go into a header, and headers end far below. */
const MAX_ANSWER_BYTES = 65_536;
/** Shorter lives are taken for none: such a token would have to be fetched for each request. */
const MIN_LIFE_MS = 1_000;

/** Client errors that pass by themselves: a request that took too long, one too early, one too many. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
const PASSING_CODES: ReadonlySet<unknown> = new Set(['server_error', 'temporarily_unavailable']);
/** RFC 6749, section 5.2; RFC 8707; and what is in use beside them. */
const ERROR_CODES: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  ...PASSING_CODES,
]);

export interface TokenGrant {
  readonly url: URL;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly authStyle: 'basic' | 'body';
  readonly parameters: Readonly<Record<string, string>>;
}

export interface GrantedToken {
  readonly token: Secret;
  /** Absent: the endpoint did not say, and the token is good until it is refused. */
  readonly lifeMs?: number;
  /** What the endpoint says that the token allows: anything. Absent: just what was asked for. */
  readonly scopes?: readonly string[];
}

export interface TokenAnswer {
  readonly status: number;
  readonly retryAfterMs?: number;
  readonly text: string;
}

/** No token was had. The message may be shown; there is no cause, since that could hold a secret. */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly retryAfterMs: number | undefined;
  /** The endpoint was reached and refused us: asking again will not help. */
  readonly isRefusal: boolean;

  constructor(
    message: string,
    { retryAfterMs, isRefusal = false }: { retryAfterMs?: number | undefined; isRefusal?: boolean } = {},
  ) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.isRefusal = isRefusal;
  }
}

/** Rejects with a TokenRequestError. `post` sends one request to the endpoint and reads the answer. */
export async function requestToken(
  grant: TokenGrant,
  post: (request: ExchangeRequest) => Promise<TokenAnswer>,
): Promise<GrantedToken> {
  const server = { issuer: grant.url.origin, token_endpoint: grant.url.href };
  const client: Client = { client_id: grant.clientId };
  const authentication = grant.authStyle === 'basic' ? clientSecretBasic : ClientSecretPost;
  const secret = grant.clientSecret.reveal();
  let answer: TokenAnswer | undefined;
  try {
    const response = await clientCredentialsGrantRequest(
      server,
      client,
      authentication(secret),
      { ...grant.parameters },
      {
        // Whether plain http is allowed is the egress guard's to say.
        [allowInsecureRequests]: true,
        [customFetch]: async (_url, { headers, body }) => {
          answer = await post({ method: 'POST', url: grant.url, headers, body: String(body) });
          if (answer.status !== 200) throw refusal(answer);
          return new Response(withoutIdToken(answer.text), { status: 200 });
        },
      },
    );
    return grantedToken(await processClientCredentialsResponse(server, client, response));
  } catch (error) {
    if (error instanceof TokenRequestError) throw error;
    throw answer === undefined
      ? new TokenRequestError(`the token endpoint gave no answer: ${faultText(error)}`)
      : new TokenRequestError(`the token endpoint answered with ${flawOf(error)}`);
  }
}

/** The answer to a post. Of an error the beginning is enough; a token that goes beyond the bound is none. */
export async function readTokenAnswer({ status, retryAfterMs, body }: ExchangeAnswer): Promise<TokenAnswer> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  body.destroy();
  if (status === 200 && byteCount > MAX_ANSWER_BYTES) {
    throw new TokenRequestError(`the token endpoint answered with more than ${MAX_ANSWER_BYTES} bytes`);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status, text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function grantedToken({ access_token, token_type, expires_in, scope }: TokenEndpointResponse): GrantedToken {
  if (token_type !== 'bearer') throw new TokenRequestError('the token is of another type than Bearer');
  if (!/^[\x21-\x7e]+$/.test(access_token)) {
    throw new TokenRequestError('the token has characters that a header cannot carry');
  }
  const granted = {
    token: new Secret(access_token),
    ...(scope !== undefined && { scopes: scopesOf(scope) }),
  };
  if (expires_in === undefined) return granted;
  const lifeMs = expires_in * 1_000;
  if (lifeMs < MIN_LIFE_MS) throw new TokenRequestError('the token has expired already');
  return { ...granted, lifeMs };
}

function refusal({ status, text, retryAfterMs }: TokenAnswer): TokenRequestError {
  const code = jsonObject(text)?.error;
  const why = ERROR_CODES.has(code) ? ` (${String(code)})` : '';
  const isPassing = PASSING_STATUSES.has(status) || PASSING_CODES.has(code);
  const isRefusal = status >= 400 && status < 500 && !isPassing;
  return new TokenRequestError(`the token endpoint answered ${status}${why}`, { retryAfterMs, isRefusal });
}

/** Some providers add an id token, which says nothing here and would be checked against keys that we don't have. */
function withoutIdToken(text: string): string {
  const answer = jsonObject(text);
  return answer?.id_token === undefined ? text : JSON.stringify({ ...answer, id_token: undefined });
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** oauth4webapi names the property in its messages; the rest of them is not ours to show. */
function flawOf(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('token_type')) return 'a token_type that is not Bearer';
  const property = /"(access_token|expires_in|refresh_token|scope)"/.exec(message)?.[1];
  return property === undefined ? 'something that is no JSON object' : `no valid ${property}`;
}
