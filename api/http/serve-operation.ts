// One request to one operation: let in, checked, done, answered. In this order, so that nothing is read of whoever may not
// ask, and nothing is done that is not asked for rightly.
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { Clock } from '../../collector/clock.ts';
import type { TokenGate } from '../access/token-gate.ts';
import type { Operation, OperationAnswer } from '../operation.ts';
import { AnswerStream } from './answer-stream.ts';
import type { RequestCheck } from './checked-request.ts';
import type { OpenStreams } from './open-streams.ts';
import type { RateLimit } from './rate-limit.ts';
import { sendJson } from './send.ts';

export interface ServingParts {
  readonly clock: Clock;
  readonly gate: TokenGate;
  /** Of each client. */
  readonly rateLimit: RateLimit;
  readonly streams: OpenStreams;
  readonly logger: Logger;
  /** True from the beginning of the shutdown on. */
  isStopping(): boolean;
}

type Streaming = Extract<OperationAnswer, { contentType: string }>;

/** Rejects with what is to be answered, or after the beginning of the answer with why it broke off. */
export async function serveOperation(
  operation: Operation,
  check: RequestCheck,
  parts: ServingParts,
  request: Request,
  response: Response,
): Promise<void> {
  const caller = await parts.gate.admit(request.headers.authorization);
  await parts.rateLimit.take(caller.clientId, request, response);
  parts.gate.requireScope(caller, operation.scope);
  const { path, query, body } = await check.check(request, request.params);
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const answer = await operation.handle({
    caller,
    path: path as never,
    query: query as never,
    body: body as never,
    header: (name) => headerOf(request, name),
    signal: controller.signal,
  });
  // A connection that would stay open holds up the end.
  if (parts.isStopping()) response.setHeader('connection', 'close');
  if ('body' in answer) {
    sendJson(response, answer);
    return;
  }
  const cutBecause = await stream(answer, parts, controller, request, response);
  if (cutBecause === undefined) return;
  const { operationId: id } = operation;
  parts.logger.info({ operation: id, client: caller.clientId, because: cutBecause }, 'cut off a reader');
}

/** Resolves to why its reader was cut off, if it was. */
async function stream(
  answer: Streaming,
  { clock, streams }: ServingParts,
  controller: AbortController,
  request: Request,
  response: Response,
): Promise<AnswerStream['cutBecause']> {
  response.writeHead(200, {
    'content-type': answer.contentType,
    // Proxies that gather answers before they pass them on are asked not to.
    'x-accel-buffering': 'no',
    ...answer.headers,
  });
  // To a HEAD all has been said; the stream is run all the same, as if its reader had gone, so that it lets go of what it holds.
  if (request.method === 'HEAD') {
    response.end();
    controller.abort();
  } else {
    response.flushHeaders();
  }
  const over = streams.add(controller);
  const writer = new AnswerStream(response, clock, controller.signal);
  try {
    await answer.stream(writer);
  } finally {
    over();
  }
  if (!response.writableEnded) response.end();
  return writer.cutBecause;
}

function headerOf({ headers }: Request, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}
