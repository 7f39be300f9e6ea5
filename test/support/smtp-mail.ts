// A mail as a mail reader sees it: headers unfolded and decoded, the two parts decoded. It knows what nodemailer writes, and
// fails on anything else.
import assert from 'node:assert/strict';

export interface ReadMail {
  /** By lower-case name. A header that occurs twice fails. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string | undefined;
}

export function readMail(raw: string): ReadMail {
  const { headers, body } = readPart(raw);
  const boundary = /^multipart\/alternative;.*boundary="([^"]+)"/.exec(
    headers.get('content-type') ?? '',
  )?.[1];
  if (boundary === undefined) return { headers, text: contentOf(raw, 'text/plain'), html: undefined };
  assert.ok(boundary.length <= 70, 'RFC 2046 allows a boundary of 70 characters');
  const [, text, html, end, ...more] = body.split(`--${boundary}`);
  assert.match(end ?? '', /^--\s*$/);
  assert.equal(more.length, 0);
  return {
    headers,
    text: contentOf(text!.replace(/^\r\n/, ''), 'text/plain'),
    html: contentOf(html!.replace(/^\r\n/, ''), 'text/html'),
  };
}

/** The raw bytes without the one line that differs between attempts. */
export function withoutDate(raw: string): string {
  assert.match(raw, /^Date: [^\r\n]+\r\n/m);
  return raw.replace(/^Date: [^\r\n]+\r\n/m, '');
}

function readPart(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  assert.ok(end > 0, 'there are headers and a body');
  const headers = new Map<string, string>();
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')) {
    const [, name, value] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? assert.fail(`no header: ${line}`);
    assert.ok(!headers.has(name!.toLowerCase()), `twice: ${name}`);
    headers.set(name!.toLowerCase(), decodedWords(value!));
  }
  return { headers, body: raw.slice(end + 4) };
}

function contentOf(part: string, type: string): string {
  const { headers, body } = readPart(part);
  assert.ok(headers.get('content-type')!.startsWith(`${type}; charset=utf-8`));
  const encoding = headers.get('content-transfer-encoding');
  if (encoding === 'base64')
    return Buffer.from(body, 'base64').toString('utf8').replaceAll('\r\n', '\n').trimEnd();
  const text = encoding === 'quoted-printable' ? quotedPrintable(body.replace(/=\r\n/g, '')) : body;
  return text.replaceAll('\r\n', '\n').trimEnd();
}

/** RFC 2047. Words that stand next to each other are one. */
function decodedWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/(?:=\?UTF-8\?Q\?[^?]*\?=)+/gi, (words) =>
      quotedPrintable(words.replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, '$1').replaceAll('_', ' ')),
    )
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, word: string) => Buffer.from(word, 'base64').toString('utf8'));
}

function quotedPrintable(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
