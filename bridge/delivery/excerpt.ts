// The first bytes of an answer, for the delivery log. A destination may answer with what we sent it, so whatever may be
// a credential is masked.
import { cutToBytes } from '../rendering/cut-text.ts';

/** Kept of an answer, in bytes; the rest is not read. */
const EXCERPT_BYTES = 512;
const MASK = '[REDACTED]';
/** Shorter header values, such as a tenant's number, are no credentials, and masking them would garble the text. */
const MIN_SECRET_LENGTH = 8;
/** Headers that are meant to be seen. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'webhook-id',
  'webhook-timestamp',
  'x-idempotency-key',
]);

export interface AnswerStart {
  /** The first bytes, masked, for the log. */
  readonly excerpt: string;
  /** The first `textBytes` as they came, for deciding; never to be shown. */
  readonly text: string;
}

/**
 * The start of `body`. Never rejects: a status has come, and a body that drips, breaks off or never ends is read as far
 * as it came. Masked are the values of `sentHeaders` and `secrets`.
 */
export async function readAnswer(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  sentHeaders: Readonly<Record<string, string>>,
  { secrets = [], textBytes = 0 }: { secrets?: readonly string[]; textBytes?: number } = {},
): Promise<AnswerStart> {
  const hidden = secretsOf(sentHeaders, secrets);
  // A secret that begins within the excerpt must have arrived whole, or its beginning would not be known for one.
  const excerptBytes = EXCERPT_BYTES + Math.max(0, ...hidden.map(({ length }) => length));
  const bytes = await readStart(body, Math.max(excerptBytes, textBytes));
  const shown = masked(bytes.subarray(0, excerptBytes).toString('latin1'), hidden, EXCERPT_BYTES);
  return {
    excerpt: Buffer.from(shown, 'latin1').subarray(0, EXCERPT_BYTES).toString('utf8'),
    text: bytes.subarray(0, textBytes).toString('utf8'),
  };
}

/** The start of an answer that is a text, masked likewise. */
export function textExcerpt(text: string, secrets: readonly string[]): string {
  return cutToBytes(masked(text, secretsOf({}, secrets)), EXCERPT_BYTES);
}

/**
 * What begins before `end`, with the secrets masked. Counted in the text as it came: a mask is shorter than what it hides,
 * and would otherwise draw the beginning of one more secret in, whose end has not been read.
 */
function masked(text: string, secrets: readonly string[], end = text.length): string {
  if (secrets.length === 0) return text.slice(0, end);
  let shown = '';
  let at = 0;
  for (const { index, 0: secret } of text.matchAll(anyOf(secrets))) {
    if (index >= end) break;
    shown += text.slice(at, index) + MASK;
    at = index + secret.length;
  }
  return shown + text.slice(at, Math.max(at, end));
}

/** The longest first: of two that begin at one place it is the one to be hidden. */
function anyOf(secrets: readonly string[]): RegExp {
  return new RegExp(secrets.map((secret) => RegExp.escape(secret)).join('|'), 'g');
}

async function readStart(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  wantedBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      byteCount += chunk.byteLength;
      if (byteCount >= wantedBytes) break;
    }
  } catch {
    // What has arrived is enough.
  }
  body.destroy();
  return Buffer.concat(chunks);
}

/** Whole values and their words, since a scheme such as `Bearer` may be left out; the longest first. */
function secretsOf(headers: Readonly<Record<string, string>>, more: readonly string[]): readonly string[] {
  const values = Object.entries(headers)
    .filter(([name]) => !PUBLIC_HEADERS.has(name.toLowerCase()))
    .map(([, value]) => value);
  return [...values, ...more]
    .flatMap((value) => [value, ...value.split(' ')])
    .filter((text) => text.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
}
