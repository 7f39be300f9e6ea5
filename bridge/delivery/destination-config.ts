// The keys that all HTTP destinations share, and what they come to.
import { z } from 'zod';
import { positiveDuration, secret } from '../../collector/config/fields.ts';
import { egressOf, egressSchema } from '../../collector/egress/egress-config.ts';
import { tlsSchema } from '../../collector/egress/tls-config.ts';
import { escalationKey, escalationSteps } from '../escalation/steps.ts';
import { isLinkTemplate, LINK_PLACES } from '../rendering/link.ts';
import { sendingQueueOf, sendingQueueSchema } from '../outbox/sending-queue.ts';
import { SEVERITIES, type Severity } from '../transition/transition.ts';
import type { HttpDestinationOptions } from './http-destination.ts';
import { retrySchema, scheduleOf } from './retry-config.ts';

/**
 * `requestsPerSecond`: what the vendor is known to bear; undefined when nothing is known. `minSeverity`: the default of
 * the key.
 */
export function deliveryKeys({
  requestsPerSecond,
  minSeverity = 'high',
}: { requestsPerSecond?: number; minSeverity?: Severity } = {}) {
  const perSecond = z.number().positive().max(1_000);
  return {
    timeout: positiveDuration().prefault('10s').describe('How long an answer may take.'),
    retry: retrySchema,
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .default(4)
      .describe('Attempts under way at once, each of another incident.'),
    rate: z
      .strictObject({
        requests_per_second: (requestsPerSecond === undefined
          ? perSecond.optional()
          : perSecond.default(requestsPerSecond)
        ).describe(
          requestsPerSecond === undefined
            ? 'Most requests in a second. Absent: as fast as answers come.'
            : 'Most requests in a second.',
        ),
      })
      .prefault({})
      .describe('How fast the destination may be asked.'),
    min_severity: z
      .enum(SEVERITIES)
      .default(minSeverity)
      .describe('Incidents that never get this severe are not sent.'),
    link: z
      .string()
      .refine((text) => text === '' || isLinkTemplate(text), {
        error: `expected a URL that may hold ${LINK_PLACES}`,
      })
      .default('')
      .describe(`Dashboard of an incident, shown with it: a URL with ${LINK_PLACES} filled in. Empty: none.`),
    sending_queue: sendingQueueSchema,
    escalation: escalationKey(),
    egress: egressSchema,
    tls: tlsSchema,
  };
}

type DeliveryConfig = z.output<z.ZodObject<ReturnType<typeof deliveryKeys>>>;

export function deliveryOptions(config: DeliveryConfig): Omit<HttpDestinationOptions, 'url' | 'auth'> {
  return {
    minSeverity: config.min_severity,
    timeoutMs: config.timeout.ms,
    concurrency: config.concurrency,
    requestsPerSecond: config.rate.requests_per_second,
    schedule: scheduleOf(config.retry),
    sendingQueue: sendingQueueOf(config.sending_queue),
    escalation: escalationSteps(config.escalation),
    egress: egressOf(config.egress),
    caFile: config.tls.ca_file,
  };
}

/** A URL, or nothing. */
export function endpointUrl(example: string) {
  return z.string().refine((text) => text === '' || URL.canParse(text), {
    error: `expected a URL such as ${example}`,
  });
}

/** A URL whose path or query is a credential, or nothing. */
export function secretUrl() {
  return secret().refine((value) => value.isEmpty || URL.canParse(value.reveal()), {
    error: 'expected the whole URL that was given out for this purpose',
  });
}

/** A credential for a request header, or nothing. */
export function headerSecret() {
  return secret().refine((value) => /^[\x21-\x7e]*$/.test(value.reveal()), {
    error: 'must be printable ASCII without blanks or line breaks',
  });
}

/** `base` with `path` at its end, whether or not the base ends with a slash. */
export function urlBelow(base: string, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}

/** What of a secret URL must not be shown: the whole, and each part that may be the secret itself. */
export function secretParts(url: URL): readonly string[] {
  return [
    url.href,
    url.pathname + url.search,
    url.pathname,
    ...url.pathname.split('/'),
    ...url.searchParams.values(),
  ];
}
