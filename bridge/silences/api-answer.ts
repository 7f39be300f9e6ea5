// An answer of the API, and how it is sent. Knows no path.
import type { ServerResponse } from 'node:http';
import type { FieldProblem } from './silence-request.ts';

export interface ApiAnswer {
  readonly status: 200 | 201;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** A request that is not done. The message is for the caller and quotes nothing of the request. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 415 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly FieldProblem[];

  constructor(
    status: ApiRefusal['status'],
    message: string,
    headers: Readonly<Record<string, string>> = {},
    problems: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.problems = problems;
  }
}

/** A 400 that names each field, or with another status the one field. */
export function refuseFields(
  problems: readonly FieldProblem[],
  status: ApiRefusal['status'] = 400,
): ApiRefusal {
  const sentences = problems.map(({ field, message }) => `${field === '' ? 'the body' : field} ${message}`);
  return new ApiRefusal(status, sentences.join('; '), {}, problems);
}

export function sendAnswer(response: ServerResponse, { status, headers = {}, body }: ApiAnswer): void {
  send(response, status, headers, body);
}

export function sendRefusal(
  response: ServerResponse,
  { status, headers, message, problems }: ApiRefusal,
): void {
  send(response, status, headers, { error: message, ...(problems.length > 0 && { problems }) });
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(JSON.stringify(body));
}
