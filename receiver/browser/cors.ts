// The headers by which a browser lets a page of another origin talk to the receiver (Fetch standard, section 3.3). Tokens
// are shown explicitly, so the mode with cookies is never offered.
import type { Request, RequestHandler, Response } from 'express';
import { Refusal } from '../http/refusal.ts';
import type { OriginRequest, OriginVerdict } from './origin.ts';

export type OriginJudge = (request: OriginRequest) => OriginVerdict;

const METHODS = 'POST';
const REQUEST_HEADERS = 'authorization, content-type, content-encoding';
/** What a page's script may read of an answer, beside its body. */
const RESPONSE_HEADERS = 'retry-after';
const PREFLIGHT_MAX_AGE_S = 600;

/** Lets pages of allowed origins read the answer, errors too, and throws a 403 for the others. */
export function shareWithAllowed(judge: OriginJudge): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const { origin, host } = request.headers;
    switch (judge({ origin, host })) {
      case 'refused':
        throw new Refusal(403, 'pages of this origin may not report here; list it in allowed_origins');
      case 'allowed':
        response.set({
          'access-control-allow-origin': origin!,
          'access-control-expose-headers': RESPONSE_HEADERS,
        });
        break;
      case 'same_origin':
      case 'no_origin':
        break;
    }
    next();
  };
}

/** Answers the request by which a browser asks beforehand; `shareWithAllowed` must have let it through. */
export function answerPreflight(request: Request, response: Response): void {
  // Asked when a page of the internet talks to a receiver of an intranet or of the same machine (Private Network Access).
  const isPrivate = request.headers['access-control-request-private-network'] === 'true';
  response
    .status(204)
    .set({
      allow: METHODS,
      ...(response.get('access-control-allow-origin') !== undefined && {
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': REQUEST_HEADERS,
        'access-control-max-age': String(PREFLIGHT_MAX_AGE_S),
        ...(isPrivate && { 'access-control-allow-private-network': 'true' }),
      }),
    })
    .end();
}
