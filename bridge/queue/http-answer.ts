// Answers of the queue's API, and the bodies of its requests within their bounds.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
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

/** The request's body as the schema has it; throws a `RequestRefused`. */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  // Pages of other sites can send forms and plain text here without being asked to; JSON they can't.
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new RequestRefused(refused(415, 'Content-Type must be application/json'));
  }
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestRefused(refused(400, 'the body is no JSON'));
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new RequestRefused(refused(400, problemOf(result.error)));
  return result.data;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  try {
    // The stream must survive a refusal half-way, or the answer could not be sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      byteCount += chunk.length;
      if (byteCount > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
    throw new RequestRefused(refused(400, 'the body broke off'));
  }
  return Buffer.concat(chunks, byteCount).toString('utf8');
}

function tooLarge(): RequestRefused {
  const headers = { connection: 'close' };
  return new RequestRefused(refused(413, `a body may have at most ${MAX_BODY_BYTES} bytes`, headers));
}
