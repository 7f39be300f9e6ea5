// Proves that a secret has not got out: into log lines, statuses, errors, or anything that is stored.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';

/** A value that occurs nowhere by chance. */
export const CANARY = 'canary-5f1d7c90a3b84e62';

/** Fails with the place when `secret` can be read in any of the named values, whole, encoded, or as a long piece. */
export function assertNoLeak(places: Readonly<Record<string, unknown>>, secret = CANARY): void {
  // A cut may have left only the beginning or the end of it.
  const half = Math.ceil(secret.length / 2);
  const traces = [
    secret.slice(0, half),
    secret.slice(-half),
    Buffer.from(secret).toString('base64').slice(0, half),
    Buffer.from(secret).toString('hex').slice(0, half),
  ];
  for (const [place, value] of Object.entries(places)) {
    const shown = inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null });
    for (const trace of traces) {
      assert.ok(!shown.includes(trace), `${place} shows the secret: …${around(shown, trace)}…`);
    }
  }
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 80), at + part.length + 80);
}
