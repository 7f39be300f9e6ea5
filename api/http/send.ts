// How answers are sent: headers of every answer, and JSON. Knows no path.
import type { ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** What a cache keeps of an answer that depends on the caller is seen by others. */
const OF_EVERY_ANSWER = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** Sets what every answer has; what is sent may say otherwise. */
export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(OF_EVERY_ANSWER)) response.setHeader(name, value);
}

/** Of a HEAD the body is left out by node. */
export function sendJson(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  sendText(response, { status, headers, type: 'application/json', text: JSON.stringify(body) });
}

export function sendText(
  response: ServerResponse,
  {
    status,
    headers,
    type,
    text,
  }: { status: number; headers?: Readonly<Record<string, string>>; type: string; text: string },
): void {
  const length = String(Buffer.byteLength(text));
  response.writeHead(status, { 'content-type': type, 'content-length': length, ...headers });
  response.end(text);
}
