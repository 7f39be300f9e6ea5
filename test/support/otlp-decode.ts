// An OTLP metrics request as it was posted, decoded by what its headers say.
import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decodeJson } from './otlp-json.ts';
import { decodeProtobuf } from './otlp-protobuf.ts';
import type { DecodedRequest } from './otlp-request.ts';

/** Throws when the body is not what the headers promise. */
export function decodeRequest(headers: IncomingHttpHeaders, body: Buffer): DecodedRequest {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const contentType = headers['content-type'];
  if (contentType === 'application/x-protobuf') return decodeProtobuf(plain);
  if (contentType === 'application/json') return decodeJson(plain.toString('utf8'));
  throw new Error(`content type ${contentType}`);
}
