// The receiver `browser`: its keys.
import { z } from 'zod';
import { auth, listenAddress } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineReceiver } from '../../collector/define.ts';
import { filterWarnings, recordFilter } from '../filter-expression/filter-key.ts';
import {
  KIBIBYTE,
  maxBodyBytes,
  maxPendingBytes,
  refuseTooLittleRoom,
  servedPath,
  SESSION_FIELDS,
} from '../http/receiver-fields.ts';
import type { QualityBatch } from '../sample.ts';
import { ANY_ORIGIN, originProblem } from './origin.ts';
import { BrowserReceiver } from './receiver.ts';
import { sessionTokens } from './session-tokens-config.ts';

const origin = z.string().superRefine((pattern, context) => {
  const message = originProblem(pattern);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const perSession = z
  .strictObject({
    requests_per_minute: z.int().min(1).prefault(60).describe('Requests that one session may send a minute.'),
    bytes_per_minute: z
      .int()
      .min(KIBIBYTE)
      .prefault(512 * KIBIBYTE)
      .describe('Bytes, after decompression, that one session may send a minute.'),
  })
  .prefault({})
  .describe('How much one session may send. Beyond it, it gets 429 and a time to come back.');

const configSchema = z
  .strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:4322').describe('Where to listen, host:port.'),
    path: servedPath()
      .prefault('/v1/rtc')
      .describe(
        'The path that pages report to. Servers get session tokens at the same path with /token behind it.',
      ),
    allowed_origins: z
      .array(origin)
      .prefault([])
      .describe(
        'Origins whose pages may report: https://app.example.com, or https://*.example.com for all hosts below that name. Without any, only pages that come by the same name as the receiver may.',
      ),
    auth: auth()
      .optional()
      .describe('Which servers may ask for session tokens: an extension that authenticates requests.'),
    session_tokens: sessionTokens()
      .optional()
      .describe('Signed tokens by which a page reports for its own session only.'),
    [ALLOW_UNAUTHENTICATED.key]: z
      .boolean()
      .prefault(false)
      .describe(
        `${ALLOW_UNAUTHENTICATED.description} Then anybody may report for any session, and "*" may be an origin.`,
      ),
    max_body_bytes: maxBodyBytes()
      .prefault(256 * KIBIBYTE)
      .describe('Largest body, after decompression. 256 KiB hold some 60 raw reports of a call of two.'),
    max_pending_bytes: maxPendingBytes(),
    per_session: perSession,
    filter: recordFilter(),
    ...SESSION_FIELDS,
  })
  .superRefine((config, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const openBind = refuseOpenBind(config.endpoint, {
      authenticated: config.session_tokens?.required === true,
      allow: config.allow_unauthenticated,
      remedy: 'set session_tokens and leave them required',
    });
    if (openBind !== undefined) refuse(['endpoint'], openBind);
    if (config.allowed_origins.includes(ANY_ORIGIN) && !config.allow_unauthenticated) {
      refuse(
        ['allowed_origins'],
        `"${ANY_ORIGIN}" lets every page of the web report; name the origins, or write "${ALLOW_UNAUTHENTICATED.key}: true"`,
      );
    }
    if (config.auth !== undefined && config.session_tokens === undefined) {
      refuse(
        ['auth'],
        'has nothing to guard: it is for servers that ask for session tokens; set session_tokens',
      );
    }
    if (config.per_session.bytes_per_minute < config.max_body_bytes) {
      const message = 'must not be less than max_body_bytes, or a large body could never come in';
      refuse(['per_session', 'bytes_per_minute'], message);
    }
    refuseTooLittleRoom(config, context);
  })
  .prefault({});

export type BrowserConfig = z.output<typeof configSchema>;

export const browserFactory = defineReceiver({
  type: 'browser',
  summary: 'Takes what getStats() measured from pages, in several dialects, and serves them the client.',
  configSchema,
  produces: 'quality',
  warningsOf: ({ filter }) => filterWarnings(['filter'], filter),
  create: (settings, config, next: { consume(batch: QualityBatch): Promise<void> }) =>
    new BrowserReceiver(settings, config, next),
});
