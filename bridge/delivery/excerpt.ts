// The first bytes of an answer, for the delivery log. A destination may answer with what we sent it, so whatever may be
// a credential is masked.

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

/**
 * The start of `body` without the values of `sentHeaders`. Never rejects: a status has come, so the outcome is known, and
 * a body that drips, breaks off or never ends can't change it.
 */
export async function readExcerpt(
  body: AsyncIterable<Uint8Array> & { destroy(): unknown },
  sentHeaders: Readonly<Record<string, string>>,
): Promise<string> {
  const secrets = secretsOf(sentHeaders);
  // A secret that begins within the excerpt must have arrived whole, or its beginning would not be known for one.
  const wantedBytes = EXCERPT_BYTES + Math.max(0, ...secrets.map(({ length }) => length));
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      byteCount += chunk.byteLength;
      if (byteCount >= wantedBytes) break;
    }
  } catch {
    // What has arrived is enough for the log.
  }
  body.destroy();
  let text = Buffer.concat(chunks).toString('latin1');
  for (const secret of secrets) text = text.replaceAll(secret, MASK);
  return Buffer.from(text, 'latin1').subarray(0, EXCERPT_BYTES).toString('utf8');
}

/** Whole values and their words, since a scheme such as `Bearer` may be left out; the longest first. */
function secretsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => !PUBLIC_HEADERS.has(name.toLowerCase()))
    .flatMap(([, value]) => [value, ...value.split(' ')])
    .filter((text) => text.length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
}
