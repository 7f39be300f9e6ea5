// The HTTP face of the receiver: which request gets which answer.
import type { Express, Request } from 'express';
import type { BodyFormat } from '../guide-event/decode-body.ts';
import { type AppParts, createApp, refuseWhenStopping, respond } from '../http/app.ts';
import { bodyFormatOf, EVENT_FORMATS, isCompressed } from '../http/body-format.ts';
import { readBody } from '../http/read-body.ts';
import { Refusal } from '../http/refusal.ts';
import { addClientRoutes, CLIENT_PATH } from './client-routes.ts';
import { answerPreflight, type OriginJudge, shareWithAllowed } from './cors.ts';
import type { Intake } from './intake.ts';
import type { SessionGate } from './session-gate.ts';
import { addTokenRoutes, type TokenRouteParts } from './token-routes.ts';

export interface RouteParts extends Omit<AppParts, 'notFound'>, Omit<TokenRouteParts, 'tokenPath'> {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly judgeOrigin: OriginJudge;
  readonly gate: SessionGate;
  readonly intake: Intake;
  /** Named places at which tests end the process. */
  crashPoint(name: string): void;
}

/** A beacon of text is called text/plain, and one of bytes nothing at all. */
const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ...EVENT_FORMATS,
  ['text/plain', 'json'],
  ['', 'json'],
]);

export function createBrowserApp(parts: RouteParts): Express {
  const { path } = parts;
  const notFound = `reports are taken at ${path}, and the client is at ${CLIENT_PATH}`;
  return createApp({ ...parts, notFound }, (app) => {
    app.all(path, shareWithAllowed(parts.judgeOrigin));
    app.options(path, answerPreflight);
    addReportRoute(app, parts);
    app.all(path, () => {
      throw new Refusal(405, 'only POST is served here', { allow: 'POST' });
    });
    addTokenRoutes(app, { ...parts, tokenPath: `${path.replace(/\/$/, '')}/token` });
    addClientRoutes(app);
  });
}

function addReportRoute(app: Express, parts: RouteParts): void {
  app.post(parts.path, async (request, response) => {
    refuseWhenStopping(parts);
    const query = queryOf(request);
    const { authorization } = request.headers;
    const caller = await parts.gate.admit({ authorization, query });
    const format = bodyFormatOf(request.headers, FORMATS);
    // A beacon can't set a header.
    const compressed = isCompressed(request.headers) || 'by_look';
    const options = { compressed, maxBytes: parts.maxBodyBytes } as const;
    const body = await readBody(request, options, parts.pending);
    try {
      const dialectName = query.get('dialect') ?? undefined;
      const answer = await parts.intake.take(body.bytes, { format, dialectName, caller });
      response.once('finish', () => parts.crashPoint('receiver.answered'));
      respond(parts, response, answer);
    } finally {
      body.release();
    }
  });
}

function queryOf({ url }: Request): URLSearchParams {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start));
}
