// Reads the small body of a request to an API of ours, which is mostly JSON, and never more than it may. Knows nothing of
// what it says.
import type { IncomingMessage } from 'node:http';

/** A body that is not taken. The message is for the caller and quotes nothing of the body. */
export class BodyRefusedError extends Error {
  override readonly name = 'BodyRefusedError';
  readonly status: 400 | 413 | 415;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: BodyRefusedError['status'],
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * Throws a BodyRefusedError. Only `application/json` is taken: a page of another origin can send anything else without
 * asking first.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (type.split(';', 1)[0]!.trim().toLowerCase() !== 'application/json') {
    throw new BodyRefusedError(415, 'Content-Type must be application/json');
  }
  if (encoding !== 'identity') throw new BodyRefusedError(415, 'Content-Encoding must be identity');
  const bytes = await readSmallBody(request, maxBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    // What the parser says quotes the body.
    throw new BodyRefusedError(400, 'the body is no JSON in UTF-8');
  }
}

/** The body's bytes, whatever they are. Throws a BodyRefusedError. */
export async function readSmallBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new BodyRefusedError(413, `the body may have at most ${maxBytes} bytes`, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let byteCount = 0;
  try {
    // The stream must survive a refusal half-way, or the answer could not be sent; the server discards the rest.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      byteCount += chunk.length;
      if (byteCount > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyRefusedError) throw error;
    throw new BodyRefusedError(400, 'the body broke off');
  }
  return Buffer.concat(chunks, byteCount);
}
