// Reads one request's body into memory, and never more than it may: not of this body, and not of all bodies together.
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { PendingBytes } from './pending-bytes.ts';
import { Refusal, retryAfter } from './refusal.ts';

const inflate = promisify(gunzip);

/** A body in memory. `release` must be called when it is no longer needed. */
export interface HeldBody {
  readonly bytes: Uint8Array;
  release(): void;
}

export interface ReadOptions {
  /** `by_look`: told by the first bytes, for senders that can't set a header. No text begins like gzip. */
  readonly compressed: boolean | 'by_look';
  readonly maxBytes: number;
}

/** Throws a Refusal, after which nothing is held any longer. */
export async function readBody(
  request: IncomingMessage,
  { compressed, maxBytes }: ReadOptions,
  pending: PendingBytes,
): Promise<HeldBody> {
  const declaredBytes = Number(request.headers['content-length'] ?? 0);
  if (declaredBytes > maxBytes) throw tooLarge(maxBytes);
  if (!pending.hasRoomFor(declaredBytes)) throw overloaded(pending);
  let heldBytes = 0;
  const hold = (byteCount: number) => {
    if (!pending.take(byteCount)) throw overloaded(pending);
    heldBytes += byteCount;
  };
  const release = () => {
    pending.release(heldBytes);
    heldBytes = 0;
  };
  try {
    const body = await readWhole(request, maxBytes, hold);
    if (body.length === 0) throw new Refusal(400, 'the body is empty');
    if (compressed === 'by_look' ? !looksCompressed(body) : !compressed) return { bytes: body, release };
    const inflated = await inflateWhole(body, maxBytes);
    hold(inflated.length);
    return { bytes: inflated, release };
  } catch (error) {
    release();
    throw error;
  }
}

/** RFC 1952, section 2.3.1: the two magic bytes, and deflate as the only method. */
function looksCompressed(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b && body[2] === 8;
}

async function readWhole(
  request: IncomingMessage,
  maxBytes: number,
  hold: (byteCount: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  try {
    // The stream must survive a refusal half-way, or the answer could not be sent; the server discards the rest.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      byteCount += chunk.length;
      if (byteCount > maxBytes) throw tooLarge(maxBytes);
      hold(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'the body broke off');
  }
  return Buffer.concat(chunks, byteCount);
}

async function inflateWhole(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    // Stops as soon as the output passes the limit, however much more there would be.
    const inflated = await inflate(body, { maxOutputLength: maxBytes });
    if (inflated.length > 0) return inflated;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new Refusal(400, 'the body is not gzip, or is cut off');
  }
  throw new Refusal(400, 'the body is empty');
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, `a body may have at most ${maxBytes} bytes, after decompression`);
}

function overloaded(pending: PendingBytes): Refusal {
  return new Refusal(429, 'too much is waiting to be processed', retryAfter(pending.retryAfterMs()));
}
