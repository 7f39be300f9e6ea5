// The `egress` section of every component that sends requests, and the rule over its URL.
import { z } from 'zod';
import { urlRefusal, type EgressRules } from './address-rules.ts';

export const egressSchema = z
  .strictObject({
    allow_http: z.boolean().default(false).describe('Allow plain http.'),
    allow_private: z
      .boolean()
      .default(false)
      .describe('Allow private addresses, where an on-premises SIEM lives.'),
    allow_loopback: z.boolean().default(false).describe('Allow loopback addresses.'),
  })
  .prefault({})
  .describe('What may be connected to. Link-local and metadata addresses never are.');

type EgressConfig = z.output<typeof egressSchema>;

export function egressOf(egress: EgressConfig): EgressRules {
  return {
    allowHttp: egress.allow_http,
    allowPrivate: egress.allow_private,
    allowLoopback: egress.allow_loopback,
  };
}

/** Reports, under `key`, a URL that must not be sent to. What is no URL has been reported already. */
export function refuseForbiddenUrl(
  url: string,
  key: string,
  { egress }: { readonly egress: EgressConfig },
  context: z.RefinementCtx,
): void {
  if (!URL.canParse(url)) return;
  const refusal = urlRefusal(new URL(url), egressOf(egress));
  if (refusal !== undefined) context.addIssue({ code: 'custom', path: [key], message: refusal });
}
