// The configuration of the extension `silences`.
import { z } from 'zod';
import { auth, listenAddress } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineExtension } from '../../collector/define.ts';
import { PERIOD_MS, REPEATS, type WindowTerms } from './maintenance-window.ts';
import { author, comment, instant, matchers } from './silence-fields.ts';
import { Silences } from './silences.ts';

const windowSchema = z
  .strictObject({
    matchers: matchers().describe(
      'What is held back: all must hold, as in [edge=fra-3, severity!=critical].',
    ),
    starts_at: instant().describe('When it begins, the first time.'),
    ends_at: instant().describe('When it ends, the first time.'),
    repeat: z.enum(REPEATS).default('none').describe('Whether it recurs, at the same hour in UTC.'),
    author: author().describe('Who is responsible.'),
    comment: comment().describe('What it is for.'),
  })
  .superRefine((config, context) => {
    const { startsAtMs, endsAtMs, repeat } = termsOf(config);
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['ends_at'], message });
    if (endsAtMs <= startsAtMs) refuse('must be after starts_at');
    else if (endsAtMs - startsAtMs > PERIOD_MS[repeat]) {
      refuse(`must come before the next beginning; with "repeat: ${repeat}" it would never end`);
    }
  });

const configSchema = z
  .strictObject({
    endpoint: z
      .union([z.literal(''), listenAddress()])
      .prefault('127.0.0.1:4323')
      .describe('Where silences are made and listed: /v1/silences. Empty: windows only.'),
    auth: auth().optional().describe('The authenticator that judges who may make silences.'),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().default(false).describe(ALLOW_UNAUTHENTICATED.description),
    max_silences: z
      .int()
      .min(1)
      .max(10_000)
      .default(1_000)
      .describe('Silences of the API that are kept; the longest expired one makes room for a new one.'),
    windows: z
      .array(windowSchema)
      .max(1_000)
      .default([])
      .describe(
        'Maintenance windows: matchers, starts_at, ends_at, repeat (none, daily, weekly), author, comment.',
      ),
  })
  .superRefine((config, context) => {
    if (config.endpoint === '') return;
    const refusal = refuseOpenBind(config.endpoint, {
      authenticated: config.auth !== undefined,
      allow: config.allow_unauthenticated,
    });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
  });

export const silencesFactory = defineExtension({
  type: 'silences',
  summary: 'Holds back notifications during maintenance windows and silences that were made over its API.',
  configSchema,
  create: (settings, config) =>
    new Silences(settings, {
      endpoint: config.endpoint === '' ? undefined : config.endpoint,
      auth: config.auth,
      maxSilences: config.max_silences,
      windows: config.windows.map(termsOf),
    }),
});

function termsOf(window: z.output<typeof windowSchema>): WindowTerms {
  return {
    matchers: window.matchers,
    startsAtMs: Date.parse(window.starts_at),
    endsAtMs: Date.parse(window.ends_at),
    repeat: window.repeat,
    author: window.author,
    comment: window.comment,
  };
}
