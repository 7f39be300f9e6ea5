// The receiver `webrtcvideo`: its keys.
import { z } from 'zod';
import { auth, listenAddress } from '../../collector/config/fields.ts';
import { ALLOW_UNAUTHENTICATED, refuseOpenBind } from '../../collector/config/open-bind.ts';
import { defineReceiver } from '../../collector/define.ts';
import { filterWarnings, recordFilter } from '../filter-expression/filter-key.ts';
import {
  maxBodyBytes,
  maxPendingBytes,
  MEBIBYTE,
  refuseTooLittleRoom,
  servedPath,
  SESSION_FIELDS,
} from '../http/receiver-fields.ts';
import type { QualityBatch } from '../sample.ts';
import { WebrtcVideoReceiver } from './receiver.ts';

const configSchema = z
  .strictObject({
    endpoint: listenAddress().prefault('127.0.0.1:4319').describe('Where to listen, host:port.'),
    path: servedPath()
      .prefault('/v1/events')
      .describe('The path that events are posted to. Every other one is answered with 404.'),
    auth: auth()
      .optional()
      .describe(
        'Who may send: an extension that authenticates requests. Without it anyone who gets through may.',
      ),
    [ALLOW_UNAUTHENTICATED.key]: z.boolean().prefault(false).describe(ALLOW_UNAUTHENTICATED.description),
    max_body_bytes: maxBodyBytes()
      .prefault(2 * MEBIBYTE)
      .describe(
        'Largest body, after decompression. 2 MiB hold about 6,000 events and keep everything else waiting for some 15 ms.',
      ),
    max_pending_bytes: maxPendingBytes(),
    filter: recordFilter(),
    ...SESSION_FIELDS,
  })
  .superRefine((config, context) => {
    const authenticated = config.auth !== undefined;
    const refusal = refuseOpenBind(config.endpoint, { authenticated, allow: config.allow_unauthenticated });
    if (refusal !== undefined) context.addIssue({ code: 'custom', path: ['endpoint'], message: refusal });
    refuseTooLittleRoom(config, context);
  })
  .prefault({});

export type WebrtcVideoConfig = z.output<typeof configSchema>;

export const webrtcVideoFactory = defineReceiver({
  type: 'webrtcvideo',
  summary: 'Takes webrtc-video samples and webrtc states that clients push over HTTP.',
  configSchema,
  produces: 'quality',
  warningsOf: ({ filter }) => filterWarnings(['filter'], filter),
  create: (settings, config, next: { consume(batch: QualityBatch): Promise<void> }) =>
    new WebrtcVideoReceiver(settings, config, next),
});
