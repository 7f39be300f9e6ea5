// The Retry-After header (RFC 9110, 10.2.3): whole seconds, or an HTTP date.

/** Milliseconds from `nowMs`, never negative; undefined when the header is absent or says nothing. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // Dates have a letter in them: Date.parse would also take "-5" or "1.5" for years.
  if (!/[a-z]/i.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
