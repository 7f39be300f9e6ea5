// Which bodies are understood, told from the request's headers alone, before a byte of the body is read.
import type { IncomingHttpHeaders } from 'node:http';
import type { BodyFormat } from '../guide-event/decode-body.ts';
import { Refusal } from './refusal.ts';

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
]);

/** The format that `Content-Type` names. Throws a 415. */
export function bodyFormatOf(headers: IncomingHttpHeaders): BodyFormat {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  const format = FORMATS.get(type.trim().toLowerCase());
  if (format === undefined) {
    throw new Refusal(415, 'Content-Type must be application/json or application/x-ndjson');
  }
  for (const parameter of parameters) {
    const charset = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(parameter)?.[1];
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw new Refusal(415, 'charset must be utf-8');
  }
  return format;
}

/** Whether the body is compressed. Throws a 415 for an encoding other than gzip. */
export function isCompressed(headers: IncomingHttpHeaders): boolean {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new Refusal(415, 'Content-Encoding must be gzip or identity', {
    'accept-encoding': 'gzip, identity',
  });
}
