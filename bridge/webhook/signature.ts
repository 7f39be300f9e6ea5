// Signatures of Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one per secret, so that secrets can be
// rotated without a moment in which the receiver knows neither.
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** The key bytes of a secret: base64, with or without the prefix. Undefined when it is not 24 to 64 bytes of base64. */
export function signingKey(secret: string): Buffer | undefined {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.byteLength >= 24 && key.byteLength <= 64 ? key : undefined;
}

/** The three headers for one attempt. `timestampS` is whole seconds of the attempt; `id` and `body` never change. */
export function signatureHeaders(
  id: string,
  timestampS: number,
  body: string,
  keys: readonly Buffer[],
): Record<string, string> {
  const signatures = keys.map((key) => {
    const digest = createHmac('sha256', key).update(`${id}.${timestampS}.${body}`, 'utf8').digest('base64');
    return `v1,${digest}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': signatures.join(' '),
  };
}
