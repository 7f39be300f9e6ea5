// Which bodies are understood, told from the request's headers alone, before a byte of the body is read.
import type { IncomingHttpHeaders } from 'node:http';
import type { BodyFormat } from '../guide-event/decode-body.ts';
import { Refusal } from './refusal.ts';

/** What senders that set their headers call their bodies. */
export const EVENT_FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
]);

/** The format that `Content-Type` names; the key '' stands for no type at all. Throws a 415 for one that isn't in `formats`. */
export function bodyFormatOf(
  headers: IncomingHttpHeaders,
  formats: ReadonlyMap<string, BodyFormat>,
): BodyFormat {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  const format = formats.get(type.trim().toLowerCase());
  if (format === undefined) {
    const names = [...formats.keys()].filter((name) => name !== '');
    throw new Refusal(415, `Content-Type must be ${alternatives(names)}`);
  }
  for (const parameter of parameters) {
    const charset = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter)?.[1];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new Refusal(415, 'charset must be utf-8');
  }
  return format;
}

/** Whether the headers say that the body is compressed. Throws a 415 for an encoding other than gzip. */
export function isCompressed(headers: IncomingHttpHeaders): boolean {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new Refusal(415, 'Content-Encoding must be gzip or identity', {
    'accept-encoding': 'gzip, identity',
  });
}

function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
