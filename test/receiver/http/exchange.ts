// One HTTP request to a receiver on this machine, with every byte of it in the test's hands, and its answer.
import { type Agent, request as httpRequest } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Whether an earlier request of the agent came over the same connection. */
  readonly isOnSameConnection: boolean;
  /** The body as JSON. */
  json(): {
    accepted?: number;
    rejected?: { index: number; path: string; reason: string }[];
    duplicates?: number;
    filtered?: number;
    rejected_total?: number;
    error?: string;
    code?: string;
  };
}

export interface RequestOptions {
  readonly path?: string;
  readonly method?: string;
  /** Beside `content-type: application/json` and the length, which they may override. An empty one is sent empty. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the body without telling its length first. */
  readonly chunked?: boolean;
  /** Keeps connections; without it each request has its own. */
  readonly agent?: Agent;
}

/** Sends a body, as JSON when it is no text and no bytes; nothing when it is undefined. */
export function exchange(
  port: number,
  body: unknown,
  { path = '/', method = 'POST', headers = {}, chunked = false, agent }: RequestOptions,
): Promise<Reply> {
  const bytes = bytesOf(body);
  return new Promise<Reply>((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: agent ?? false,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(body !== undefined && !chunked && { 'content-length': String(bytes.length) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            isOnSameConnection: request.reusedSocket,
            json: () => JSON.parse(text) as ReturnType<Reply['json']>,
          });
        });
      },
    );
    request.on('error', reject);
    // Written before the end, node can't know the length and sends chunks.
    if (chunked) request.write(bytes.subarray(0, 1));
    request.end(chunked ? bytes.subarray(1) : bytes);
  });
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
