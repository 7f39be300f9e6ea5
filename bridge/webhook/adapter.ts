// The webhook of the guide: a POST with a bearer token and an idempotency key, signed when secrets are configured.
import type { Secret } from '../../collector/secret.ts';
import type { DestinationAdapter } from '../delivery/adapter.ts';
import { outcomeOfStatus } from '../delivery/outcome.ts';
import { linkOf } from '../rendering/link.ts';
import type { WebhookFormat } from './format.ts';
import { signatureHeaders } from './signature.ts';

export interface WebhookOptions {
  readonly headers: Readonly<Record<string, Secret>>;
  readonly signingKeys: readonly Buffer[];
  readonly format: WebhookFormat;
  /** Template of the link to an incident's dashboard; empty: none. */
  readonly link: string;
}

export function webhookAdapter({ headers, signingKeys, format, link }: WebhookOptions): DestinationAdapter {
  const configured = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]);
  return {
    render: (transition) => format.render(transition, linkOf(link, transition)),
    request: ({ idempotencyKey, body }, nowMs) => ({
      // Ours come last: a configured header can never take the place of the key.
      headers: {
        ...(Object.fromEntries(configured) as Record<string, string>),
        'content-type': format.contentType,
        'x-idempotency-key': idempotencyKey,
        ...(signingKeys.length > 0 &&
          signatureHeaders(idempotencyKey, Math.floor(nowMs / 1_000), body, signingKeys)),
      },
      body,
    }),
    outcome: ({ status, retryAfterMs }) => outcomeOfStatus(status, retryAfterMs),
    shrink: (body) => format.shrink(body),
  };
}
