// The HTTP face of the receiver: which request gets which answer. The only file that knows express.
import express, { type ErrorRequestHandler, type Express, type Response } from 'express';
import type { Logger } from 'pino';
import { bodyFormatOf, isCompressed } from './body-format.ts';
import type { Intake } from './intake.ts';
import type { PendingBytes } from './pending-bytes.ts';
import { readBody } from './read-body.ts';
import { Refusal, retryAfter } from './refusal.ts';

export interface RouteParts {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly pending: PendingBytes;
  readonly intake: Intake;
  readonly logger: Logger;
  /** Whether the headers prove that the sender may enter. */
  isAllowed(headers: { readonly authorization?: string | undefined }): boolean;
  /** True from the beginning of the shutdown on. */
  isStopping(): boolean;
  /** Named places at which tests end the process. */
  crashPoint(name: string): void;
}

const WAIT_FOR_SUCCESSOR_MS = 1_000;

export function createApp(parts: RouteParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use((_request, response, next) => {
    response.set('x-content-type-options', 'nosniff');
    next();
  });
  app.post(parts.path, async (request, response) => {
    // A connection that stayed open over the beginning of the shutdown may still bring requests.
    if (parts.isStopping()) throw new Refusal(503, 'shutting down', retryAfter(WAIT_FOR_SUCCESSOR_MS));
    if (!parts.isAllowed(request.headers)) {
      throw new Refusal(401, 'no valid credential', { 'www-authenticate': 'Bearer' });
    }
    const format = bodyFormatOf(request.headers);
    const compressed = isCompressed(request.headers);
    const body = await readBody(request, { compressed, maxBytes: parts.maxBodyBytes }, parts.pending);
    try {
      const answer = await parts.intake.take(body.bytes, format);
      response.once('finish', () => parts.crashPoint('receiver.answered'));
      respond(parts, response, answer.status, answer.body, answer.headers);
    } finally {
      body.release();
    }
  });
  app.all(parts.path, () => {
    throw new Refusal(405, 'only POST is served here', { allow: 'POST' });
  });
  app.use(() => {
    throw new Refusal(404, `events are taken at ${parts.path}`);
  });
  app.use(refusalHandler(parts));
  return app;
}

/** Answers whatever was thrown on the way. Express knows an error handler by its four parameters. */
function refusalHandler(parts: RouteParts): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const refusal = asRefusal(thrown);
    if (refusal.cause !== undefined) {
      parts.logger.error({ err: refusal.cause, status: refusal.status }, 'could not process a request');
    }
    respond(parts, response, refusal.status, { error: refusal.message }, refusal.headers);
  };
}

function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  // What express itself refuses, such as a path that is no valid URL.
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : 500;
  if (typeof status === 'number' && status >= 400 && status < 500) return new Refusal(400, 'bad request');
  return new Refusal(500, 'internal error', {}, { cause: thrown });
}

function respond(
  parts: RouteParts,
  response: Response,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  if (parts.isStopping()) response.set('connection', 'close');
  response.status(status).set(headers).json(body);
}
