// A failed request in the words of its cause: "fetch failed" alone helps nobody.
import { certificateFault } from './certificate-fault.ts';

/** Longest chain of causes that is told. */
const MAX_CAUSES = 3;

/** The messages and codes of a thrown value and of its causes. No URL and no header is in them. */
export function faultText(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && parts.length < MAX_CAUSES) {
    const { message } = current;
    const { code } = current as NodeJS.ErrnoException;
    const certificate = certificateFault(code);
    if (certificate !== undefined) return [...parts, certificate].join(': ');
    // Connecting to a name with several addresses fails with an error that has a code and no message.
    if (typeof code !== 'string' || message.includes(code)) parts.push(message);
    else parts.push(message === '' ? code : `${message} (${code})`);
    current = current.cause;
  }
  return parts.length > 0 ? parts.join(': ') : String(error);
}
