// The configuration of the extension `api`.
import { z } from 'zod';
import { formatAddress } from '../collector/address.ts';
import { listenAddress, positiveDuration, secret, signingKey } from '../collector/config/fields.ts';
import { isLoopback } from '../collector/config/open-bind.ts';
import { parseSecretHash } from './access/secret-hash.ts';
import { eventsSchema } from './events/config.ts';
import { rollupsSchema } from './rollup/config.ts';
import { SCOPES } from './scope.ts';

/** No character of an id has to be encoded, wherever one is written. */
export const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const LONGEST_LIFETIME_MS = 24 * 3_600_000;
const MAX_CLIENTS = 1_000;

const clientSchema = z.strictObject({
  id: z
    .string()
    .regex(CLIENT_ID, { error: 'must have 1 to 100 letters, digits, dots, dashes and underscores' })
    .describe('What the client calls itself.'),
  secret_hash: secret()
    .superRefine((hash, context) => {
      const parsed = parseSecretHash(hash.reveal());
      if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
    })
    .describe("The hash of the client's secret; `api new-client` makes both."),
  scopes: z.array(z.enum(SCOPES)).min(1).describe('What it may be allowed.'),
});

const clientsSchema = z
  .array(clientSchema)
  .max(MAX_CLIENTS)
  .superRefine((clients, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of clients.entries()) {
      if (seen.has(id)) {
        const message = `"${id}" is the id of an earlier client`;
        context.addIssue({ code: 'custom', path: [index, 'id'], message });
      }
      seen.add(id);
    }
  });

export const apiConfigSchema = z
  .strictObject({
    endpoint: listenAddress()
      .prefault('127.0.0.1:4321')
      .describe('Where it listens. An address that other machines can reach needs clients.'),
    clients: clientsSchema
      .default([])
      .describe(
        'Who can get a token: id, secret_hash, scopes. The scopes are those of /openapi.json. None: nobody can.',
      ),
    signing_key: signingKey()
      .optional()
      .describe(
        'The key that signs tokens: 32 random bytes or more. Left out, each start makes its own, and tokens end with the process.',
      ),
    token_lifetime: positiveDuration()
      .refine(({ ms }) => ms <= LONGEST_LIFETIME_MS, { error: 'must be at most 24h' })
      .prefault('1h')
      .describe('How long a token serves; also the age beyond which none is taken.'),
    rate_limit: z
      .int()
      .min(1)
      .max(100_000)
      .default(100)
      .describe('Requests that one client may make in a minute, tokens apart.'),
    events: eventsSchema,
    rollups: rollupsSchema.prefault({}).describe('What POST /api/v2/analytics/query answers from.'),
  })
  .superRefine(({ endpoint: { host, port }, clients }, context) => {
    if (clients.length > 0 || isLoopback(host)) return;
    const message =
      `${formatAddress(host, port)} can be reached from other machines, and there is no client that could be served there; ` +
      'listen on 127.0.0.1, or configure clients';
    context.addIssue({ code: 'custom', path: ['endpoint'], message });
  });

export type ApiConfig = z.output<typeof apiConfigSchema>;
