// Reads a request for a token (RFC 6749, sections 2.3.1 and 4.4.2): who asks, by which secret, for which scopes. Pure;
// throws a TokenRefusal.
import { invalidClient, TokenRefusal } from './token-refusal.ts';

export interface TokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As they were asked for, known or not. Absent: all that the client may have. */
  readonly scopes?: readonly string[];
}

interface Credentials {
  readonly id: string;
  readonly secret: string;
}

const PARAMETERS = ['grant_type', 'scope', 'client_id', 'client_secret'] as const;
type Parameters = Partial<Record<(typeof PARAMETERS)[number], string>>;

export const FORM_TYPE = 'application/x-www-form-urlencoded';

export function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]!.trim().toLowerCase() === FORM_TYPE;
}

export function readTokenRequest(body: Uint8Array, authorization: string | undefined): TokenRequest {
  const parameters = readParameters(body);
  const { grant_type: grantType, scope } = parameters;
  if (grantType === undefined) throw new TokenRefusal('invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    throw new TokenRefusal('unsupported_grant_type', 'grant_type must be client_credentials');
  }
  const { id, secret } = credentialsOf(parameters, authorization);
  const scopes = scope?.split(' ').filter((each) => each !== '');
  return { clientId: id, clientSecret: secret, ...(scopes !== undefined && { scopes }) };
}

/** Section 3.2: what has no value is as if it were left out, what is not known is ignored, and nothing comes twice. */
function readParameters(body: Uint8Array): Parameters {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new TokenRefusal('invalid_request', 'the body is no form in UTF-8');
  }
  const form = new URLSearchParams(text);
  const parameters: Parameters = {};
  for (const name of PARAMETERS) {
    const values = form.getAll(name);
    if (values.length > 1) throw new TokenRefusal('invalid_request', `${name} is given more than once`);
    if (values[0] !== undefined && values[0] !== '') parameters[name] = values[0];
  }
  return parameters;
}

/** From the header or from the body, and never from both. */
function credentialsOf(parameters: Parameters, authorization: string | undefined): Credentials {
  const { client_id: id, client_secret: secret } = parameters;
  if (authorization === undefined) {
    if (id === undefined || secret === undefined) {
      throw invalidClient('the credentials of the client are missing: Basic, or client_id and client_secret');
    }
    return { id, secret };
  }
  const basic = readBasic(authorization);
  if (secret !== undefined || (id !== undefined && id !== basic.id)) {
    throw new TokenRefusal('invalid_request', 'give credentials in the header or in the body, not in both');
  }
  return basic;
}

/** Section 2.3.1: id and secret are form-encoded before they are joined by a colon. */
function readBasic(authorization: string): Credentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.trim())?.[1];
  if (encoded === undefined) throw invalidClient('the Authorization header has no Basic credentials');
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) throw invalidClient('the Basic credentials have no colon');
  return { id: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidClient('the Basic credentials are not form-encoded');
  }
}
