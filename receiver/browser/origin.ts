// Which web pages may report, told by the origin that a browser puts into its requests. Pure.

import { isLoopback } from '../../collector/config/open-bind.ts';

/** Every origin there is. */
export const ANY_ORIGIN = '*';

const OPAQUE_ORIGIN = 'null';
const SECURE = 'https://';
const WILDCARD = `${SECURE}*.`;

/** One label of a host name or several, as browsers write them. */
const LABELS = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;

/**
 * Why `pattern` can't stand in `allowed_origins`; undefined when it can: an origin just as browsers write it, or
 * `https://*.example.com` for all hosts below that name, at any depth.
 */
export function originProblem(pattern: string): string | undefined {
  if (pattern === ANY_ORIGIN) return undefined;
  if (!pattern.startsWith(WILDCARD)) return exactOriginProblem(pattern);
  const domain = pattern.slice(WILDCARD.length);
  const problem = exactOriginProblem(`${SECURE}${domain}`);
  if (problem !== undefined) return problem;
  return domain.includes('.') ? undefined : 'is too wide: name at least two parts, as in *.example.com';
}

function exactOriginProblem(text: string): string | undefined {
  const form = 'must be an origin such as https://app.example.com, or https://*.example.com';
  if (!/^https?:\/\/[^*]+$/.test(text) || !URL.canParse(text)) return form;
  const { origin } = new URL(text);
  return origin === text ? undefined : `${form}; browsers write this one as ${origin}`;
}

export type OriginVerdict =
  /** The request comes from no page, or from one that hides where it came from and shows a token instead. */
  | 'no_origin'
  /** The page was served under the name that the request is addressed to. */
  | 'same_origin'
  | 'allowed'
  | 'refused';

export interface OriginRequest {
  readonly origin: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
}

/**
 * Judges requests. `isProofAsked`: whether a token must be shown beside; where none is, two things are not believed.
 *
 * - A page came by the same name as the receiver: a name that an attacker points at this machine (DNS rebinding) makes it
 *   so for theirs. Then the name must be one of this machine.
 * - `Origin: null`: what browsers write for a beacon of a page whose referrer policy hides its origin (Fetch standard,
 *   section 3.2), but also for any page in a sandbox. Then it is refused.
 */
export function originJudge(
  patterns: readonly string[],
  isProofAsked: boolean,
): (request: OriginRequest) => OriginVerdict {
  const exact = new Set(patterns);
  const suffixes = patterns
    .filter((pattern) => pattern.startsWith(WILDCARD))
    .map((pattern) => pattern.slice(WILDCARD.length - 1));
  return ({ origin, host }) => {
    if (origin === undefined) return 'no_origin';
    if (origin === OPAQUE_ORIGIN) return isProofAsked ? 'no_origin' : 'refused';
    if (exact.has(ANY_ORIGIN) || exact.has(origin)) return 'allowed';
    if (suffixes.some((suffix) => isBelow(origin, suffix))) return 'allowed';
    if (host === undefined || !isServedBy(origin, host)) return 'refused';
    return isProofAsked || isLoopbackName(host) ? 'same_origin' : 'refused';
  };
}

/** The scheme is not compared: behind a proxy that ends TLS it is not known here. */
function isServedBy(origin: string, host: string): boolean {
  return origin.replace(/^https?:\/\//, '') === host;
}

/** Of a `Host` header, port and brackets included. */
function isLoopbackName(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'));
}

/** Whether `origin` is that of a host below `suffix`, such as `.example.com`. */
function isBelow(origin: string, suffix: string): boolean {
  if (!origin.startsWith(SECURE) || !origin.endsWith(suffix)) return false;
  return LABELS.test(origin.slice(SECURE.length, -suffix.length));
}
