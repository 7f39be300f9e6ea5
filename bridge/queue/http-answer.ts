// Answers of the queue's API, and the bodies of its requests within their bounds.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { readJsonBody } from '../../collector/json-body.ts';
import { problemOf } from './requests.ts';

const MAX_BODY_BYTES = 65_536;

export interface Answer {
  readonly status: 200 | 400 | 401 | 404 | 405 | 409 | 413 | 415 | 500 | 503;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** Thrown on the way to an answer. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

export function refused(status: Answer['status'], error: string, headers = {}): Answer {
  return { status, headers, body: { error } };
}

export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

/** The request's body as the schema has it; throws a `RequestRefused` or a `BodyRefusedError`. */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const result = schema.safeParse(await readJsonBody(request, MAX_BODY_BYTES));
  if (!result.success) throw new RequestRefused(refused(400, problemOf(result.error)));
  return result.data;
}
