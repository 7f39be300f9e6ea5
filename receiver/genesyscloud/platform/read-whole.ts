// The body of a success, as a whole: parsed JSON within bounds, or why it is none, in words that quote nothing of it.
import type { ExchangeAnswer } from '../../../collector/egress/guarded-client.ts';
import type { PlatformAnswer } from './platform-client.ts';

const MAX_ANSWER_BYTES = 16 * 1_048_576;

/** Rejects when the connection breaks. */
export async function readWhole(status: number, body: ExchangeAnswer['body']): Promise<PlatformAnswer> {
  const bytes = await gather(body);
  if (bytes === undefined) return unreadable(status, `it has more than ${MAX_ANSWER_BYTES} bytes`);
  if (bytes.length === 0) return { kind: 'answered', status, body: undefined };
  try {
    return { kind: 'answered', status, body: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    // What the parser says quotes the answer.
    return unreadable(status, 'it is no JSON');
  }
}

/** Undefined when there is more than may be. */
async function gather(body: ExchangeAnswer['body']): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > MAX_ANSWER_BYTES) {
      body.destroy();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, byteCount);
}

function unreadable(status: number, reason: string): PlatformAnswer {
  return { kind: 'failed', cause: 'unreadable', reason: `the answer can not be read: ${reason}`, status };
}
