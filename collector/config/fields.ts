// The building blocks of component schemas: what a value in the YAML file may look like, with the message that a user
// reads when it doesn't. Use `prefault` to give one of these a default in the user's own notation.
import { z } from 'zod';
import { Secret } from '../secret.ts';
import { normaliseId } from './component-id.ts';
import { parseDuration } from './duration.ts';

/** A Go duration such as `30s`; `config.key.ms` is its length in milliseconds. */
export function duration() {
  return z
    .string({ error: 'expected a duration such as "30s" (units: ns, us, ms, s, m, h)' })
    .meta({ format: 'duration' })
    .transform((text, context) => {
      const parsed = parseDuration(text);
      if (parsed !== undefined) return parsed;
      context.addIssue({
        code: 'custom',
        message: `"${text}" is no duration; write it like "30s" or "1h30m"`,
      });
      return z.NEVER;
    });
}

/** A duration longer than zero. */
export function positiveDuration() {
  return duration().refine((value) => value.ms > 0, { error: 'must be longer than zero' });
}

/** Text that is never printed; `config.key.reveal()` gives it out. */
export function secret() {
  return z
    .string()
    .meta({ format: 'secret' })
    .transform((text) => new Secret(text));
}

/** RFC 7518, section 3.2: a key of HMAC-SHA-256 has at least as many bits as the hash. */
const LEAST_SIGNING_KEY_BYTES = 32;

/** A secret that signs tokens by HMAC-SHA-256. */
export function signingKey() {
  return secret().refine((key) => Buffer.byteLength(key.reveal(), 'utf8') >= LEAST_SIGNING_KEY_BYTES, {
    error: `must have at least ${LEAST_SIGNING_KEY_BYTES} bytes; make one with "openssl rand -base64 32"`,
  });
}

/** Set by the HTTP client itself, which refuses a request that brings them along. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** Further headers of outgoing requests. RFC 9110: a name is a token; a value has no control characters. */
export function httpHeaders() {
  const value = secret().refine((text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text.reveal()), {
    error: 'the value has characters that an HTTP header cannot carry, such as a line break',
  });
  return z.record(z.string(), value).superRefine((headers, context) => {
    for (const name of Object.keys(headers)) {
      const problem = headerNameProblem(name);
      if (problem !== undefined) context.addIssue({ code: 'custom', path: [name], message: problem });
    }
  });
}

function headerNameProblem(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return 'is no name of an HTTP header';
  return CONNECTION_HEADERS.has(name.toLowerCase()) ? 'is set by the connection itself' : undefined;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  toJSON(): string;
}

/** Where a server listens, `host:port`; an IPv6 host stands in brackets; port 0 takes any free one. */
export function listenAddress() {
  return z
    .string()
    .meta({ format: 'host:port' })
    .transform((text, context): ListenAddress => {
      const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
      const port = Number(match?.[3]);
      if (match !== null && port <= 65_535) return { host: match[1] ?? match[2]!, port, toJSON: () => text };
      context.addIssue({
        code: 'custom',
        message: `"${text}" is no address; write it like "127.0.0.1:4319"`,
      });
      return z.NEVER;
    });
}

/** A reference to an authenticator: an extension that `service.extensions` lists. */
export function auth() {
  return z.strictObject({
    authenticator: z
      .string()
      .describe('Id of the extension that authenticates, such as bearertokenauth/siem.'),
  });
}

/** The format by which a shape tells that a text names an exporter. */
export const EXPORTER_ID_FORMAT = 'exporter id';

/** A reference to another exporter of the same signal: it is built and started along with the one that names it. */
export function exporterReference() {
  return z.string().meta({ format: EXPORTER_ID_FORMAT }).transform(normaliseId);
}
