// The receiver `webrtcvideo`: its keys.
import { z } from 'zod';
import { auth, listenAddress, positiveDuration, secret } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineReceiver } from '../../collector/define.ts';
import { DIMENSION_KEYS, type QualityBatch } from '../sample.ts';
import { WebrtcVideoReceiver } from './receiver.ts';

const MEBIBYTE = 1_048_576;

const configSchema = z
  .strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:4319').describe('Where to listen, host:port.'),
    path: z
      .string()
      .regex(/^\/[\w./~-]*$/, { error: 'must begin with "/" and hold letters, digits and ._~/- only' })
      .prefault('/v1/events')
      .describe('The path that events are posted to. Every other one is answered with 404.'),
    auth: auth()
      .optional()
      .describe(
        'Who may send: an extension that authenticates requests. Without it anyone who gets through may.',
      ),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().prefault(false).describe(ALLOW_UNAUTHENTICATED.description),
    max_body_bytes: z
      .int()
      .min(1_024)
      .max(64 * MEBIBYTE)
      .prefault(2 * MEBIBYTE)
      .describe(
        'Largest body, after decompression. 2 MiB hold about 6,000 events and keep everything else waiting for some 15 ms.',
      ),
    max_pending_bytes: z
      .int()
      .min(1_024)
      .prefault(64 * MEBIBYTE)
      .describe(
        'Bodies in memory at one time, compressed and decompressed bytes together. Beyond it senders get 429 and a time to come back.',
      ),
    max_sessions: z
      .int()
      .min(1)
      .prefault(100_000)
      .describe(
        'Sessions known at one time. A new one beyond it is refused; a known one is never dropped for it.',
      ),
    session_timeout: positiveDuration()
      .prefault('60s')
      .describe('How long a session may be silent before it is forgotten and its gauges are withdrawn.'),
    dimensions: z
      .array(z.enum(DIMENSION_KEYS))
      .prefault([...DIMENSION_KEYS])
      .describe('The attributes of a session to keep. All others are dropped as they come in.'),
    agent_id_hmac_key: secret()
      .refine((key) => !key.isEmpty, { error: 'must not be empty' })
      .optional()
      .describe(
        'When set, agent ids are replaced by their HMAC-SHA-256 under this key. Without it they are kept.',
      ),
  })
  .superRefine((config, context) => {
    const authenticated = config.auth !== undefined;
    const refusal = refuseOpenBind(config.endpoint, { authenticated, allow: config.allow_unauthenticated });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
    if (config.max_pending_bytes < 2 * config.max_body_bytes) {
      const message = 'must be at least twice max_body_bytes, or a large compressed body could never come in';
      context.addIssue({ code: 'custom', path: ['max_pending_bytes'], message });
    }
  })
  .prefault({});

export type WebrtcVideoConfig = z.output<typeof configSchema>;

export const webrtcVideoFactory = defineReceiver({
  type: 'webrtcvideo',
  summary: 'Takes webrtc-video samples and webrtc states that clients push over HTTP.',
  configSchema,
  produces: 'quality',
  create: (settings, config, next: { consume(batch: QualityBatch): Promise<void> }) =>
    new WebrtcVideoReceiver(settings, config, next),
});
