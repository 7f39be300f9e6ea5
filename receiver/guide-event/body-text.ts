// The bytes of a body as text. Bytes that are no UTF-8 are told from text and never replaced, since a replaced character
// could turn one session id into another.
import { isUtf8 } from 'node:buffer';

const BYTE_ORDER_MARK = '\ufeff';
const NEWLINE = 0x0a;

/** The lines of a body; undefined for one that is not UTF-8. */
export function linesOf(bytes: Uint8Array): readonly (string | undefined)[] {
  const text = textOf(bytes);
  if (text !== undefined) return text.split('\n');
  const lines: (string | undefined)[] = [];
  for (let start = 0; start <= bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(textOf(bytes.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

/** The text without its byte order mark, or undefined when the bytes are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
