// Where servers ask for session tokens. Never pages: the credential that mints tokens for every session doesn't belong
// into one.
import type { Express } from 'express';
import { parseJson } from '../guide-event/parse-json.ts';
import { type AppParts, refuseWhenStopping, respond } from '../http/app.ts';
import { bodyFormatOf, isCompressed } from '../http/body-format.ts';
import type { PendingBytes } from '../http/pending-bytes.ts';
import { readBody } from '../http/read-body.ts';
import { Refusal } from '../http/refusal.ts';
import { decodeOrRefuse } from '../http/refuse-body.ts';
import type { SessionTokens } from './session-token.ts';
import type { BrowserTelemetry } from './telemetry.ts';
import { readTokenRequest } from './token-request.ts';

export interface TokenRouteParts extends Pick<AppParts, 'isStopping'> {
  readonly tokenPath: string;
  readonly pending: PendingBytes;
  readonly telemetry: BrowserTelemetry;
  /** Absent when none are minted here. */
  readonly tokens?: SessionTokens;
  /** Whether the headers prove that the sender may have tokens minted. */
  isServer(headers: { readonly authorization?: string | undefined }): boolean;
}

/** A token request is one short object. */
const MAX_BYTES = 8_192;
const FORMATS = new Map([['application/json', 'json']] as const);

export function addTokenRoutes(app: Express, parts: TokenRouteParts): void {
  const { tokenPath, tokens, pending, telemetry } = parts;
  if (tokens === undefined) return;
  app.all(tokenPath, (request, _response, next) => {
    if (request.headers.origin === undefined) {
      next();
      return;
    }
    throw new Refusal(
      403,
      'a page may not ask for tokens: the credential that mints them does not belong into a page; let its server ask',
    );
  });
  app.post(tokenPath, async (request, response) => {
    refuseWhenStopping(parts);
    if (!parts.isServer(request.headers)) {
      throw new Refusal(401, 'no valid credential', { 'www-authenticate': 'Bearer' });
    }
    bodyFormatOf(request.headers, FORMATS);
    const compressed = isCompressed(request.headers);
    const held = await readBody(request, { compressed, maxBytes: MAX_BYTES }, pending);
    try {
      const identity = readTokenRequest(decodeOrRefuse(telemetry, () => parseJson(held.bytes)));
      const { token, expiresAtMs } = await tokens.mint(identity);
      const body = { token, expires_at_ms: expiresAtMs };
      respond(parts, response, { status: 200, headers: { 'cache-control': 'no-store' }, body });
    } finally {
      held.release();
    }
  });
  app.all(tokenPath, () => {
    throw new Refusal(405, 'only POST is served here', { allow: 'POST' });
  });
}
