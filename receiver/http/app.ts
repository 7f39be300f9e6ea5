// What every receiver's HTTP face has in common: headers of every answer, and an answer to whatever was thrown on the
// way. Knows no path of its own.
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { Logger } from 'pino';
import { Refusal, retryAfter } from './refusal.ts';

export interface AppParts {
  readonly logger: Logger;
  /** Said to a request for a path that is not served. */
  readonly notFound: string;
  /** True from the beginning of the shutdown on. */
  isStopping(): boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

const WAIT_FOR_SUCCESSOR_MS = 1_000;

export function createApp(parts: AppParts, addRoutes: (app: Express) => void): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use((_request, response, next) => {
    response.set('x-content-type-options', 'nosniff');
    next();
  });
  addRoutes(app);
  app.use(() => {
    throw new Refusal(404, parts.notFound);
  });
  app.use(refusalHandler(parts));
  return app;
}

/** Throws a 503 during the shutdown: a connection that stayed open over its beginning may still bring requests. */
export function refuseWhenStopping({ isStopping }: Pick<AppParts, 'isStopping'>): void {
  if (isStopping()) throw new Refusal(503, 'shutting down', retryAfter(WAIT_FOR_SUCCESSOR_MS));
}

export function respond(
  { isStopping }: Pick<AppParts, 'isStopping'>,
  response: Response,
  answer: Answer,
): void {
  if (isStopping()) response.set('connection', 'close');
  response.status(answer.status).set(answer.headers).json(answer.body);
}

/** Answers whatever was thrown on the way. Express knows an error handler by its four parameters. */
function refusalHandler(parts: AppParts): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { status, headers, message, code, cause } = asRefusal(thrown);
    if (cause !== undefined) parts.logger.error({ err: cause, status }, 'could not process a request');
    const body = { error: message, ...(code !== undefined && { code }) };
    respond(parts, response, { status, headers, body });
  };
}

function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  // What express itself refuses, such as a path that is no valid URL.
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : 500;
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal(400, 'bad request');
  return new Refusal(500, 'internal error', {}, { cause: thrown });
}
