// The extension `oauth2client`: outgoing requests carry an access token of the OAuth 2.0 client credentials grant.
import { z } from 'zod';
import { duration, positiveDuration, secret } from '../../config/fields.ts';
import { defineExtension } from '../../define.ts';
import { egressSchema, refuseForbiddenUrl } from '../../egress/egress-config.ts';
import { tlsSchema } from '../../egress/tls-config.ts';
import { OAuth2ClientAuth } from './oauth2-client-auth.ts';
import { SCOPE } from './scope-difference.ts';

/** RFC 6749, appendix A.1 and A.2. */
const VISIBLE = /^[\x20-\x7e]+$/;

/** Parameters that have keys of their own, or are the grant itself. */
const OWN_PARAMETERS: ReadonlySet<string> = new Set([
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'audience',
]);

const configSchema = z
  .strictObject({
    client_id: z
      .string()
      .regex(VISIBLE, { error: 'must be printable ASCII' })
      .describe('The client that the token is for.'),
    client_secret: secret()
      .refine((value) => VISIBLE.test(value.reveal()), { error: 'must be printable ASCII, and not empty' })
      .describe("The client's secret."),
    token_url: z.url().describe('Where tokens are given out: the token endpoint of the identity provider.'),
    scopes: z
      .array(z.string().regex(SCOPE, { error: 'must be one scope: printable ASCII without blanks' }))
      .default([])
      .describe(
        'What the token is to allow, such as https://monitor.azure.com/.default. When it allows more, or less, the log tells so.',
      ),
    audience: z.string().min(1).optional().describe('Whom the token is for, where a provider asks for it.'),
    auth_style: z
      .enum(['basic', 'body'])
      .default('basic')
      .describe('Where the client shows its secret: in the Authorization header, or in the body.'),
    endpoint_params: z
      .record(z.string(), secret())
      .default({})
      .describe('Further parameters of the token request, such as resource. Never shown.'),
    timeout: positiveDuration().prefault('10s').describe('How long the token endpoint may take.'),
    expiry_buffer: duration()
      .prefault('5m')
      .describe('How long before its end a token is renewed; at most half of its life.'),
    egress: egressSchema,
    tls: tlsSchema,
  })
  .superRefine((config, context) => {
    refuseForbiddenUrl(config.token_url, 'token_url', config, context);
    if (URL.canParse(config.token_url) && new URL(config.token_url).hash !== '') {
      context.addIssue({ code: 'custom', path: ['token_url'], message: 'must have no part after a "#"' });
    }
    for (const name of Object.keys(config.endpoint_params)) {
      if (!OWN_PARAMETERS.has(name)) continue;
      const message = 'is no further parameter: it has a key of its own or is always set';
      context.addIssue({ code: 'custom', path: ['endpoint_params', name], message });
    }
  });

export type OAuth2ClientConfig = z.output<typeof configSchema>;

export const oauth2ClientFactory = defineExtension({
  type: 'oauth2client',
  summary: 'Authenticates outgoing requests by an OAuth 2.0 access token, which it gets and renews.',
  configSchema,
  create: (settings, config) => new OAuth2ClientAuth(settings, config),
});
