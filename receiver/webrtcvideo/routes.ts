// The HTTP face of the receiver: which request gets which answer.
import type { Express } from 'express';
import { type AppParts, createApp, refuseWhenStopping, respond } from '../http/app.ts';
import { bodyFormatOf, EVENT_FORMATS, isCompressed } from '../http/body-format.ts';
import type { PendingBytes } from '../http/pending-bytes.ts';
import { readBody } from '../http/read-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { Intake } from './intake.ts';

export interface RouteParts extends Omit<AppParts, 'notFound'> {
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly pending: PendingBytes;
  readonly intake: Intake;
  /** Whether the headers prove that the sender may enter. */
  isAllowed(headers: { readonly authorization?: string | undefined }): boolean;
  /** Named places at which tests end the process. */
  crashPoint(name: string): void;
}

export function createWebrtcVideoApp(parts: RouteParts): Express {
  const { path, maxBodyBytes: maxBytes, pending, intake } = parts;
  return createApp({ ...parts, notFound: `events are taken at ${path}` }, (app) => {
    app.post(path, async (request, response) => {
      refuseWhenStopping(parts);
      if (!parts.isAllowed(request.headers)) {
        throw new Refusal(401, 'no valid credential', { 'www-authenticate': 'Bearer' });
      }
      const format = bodyFormatOf(request.headers, EVENT_FORMATS);
      const compressed = isCompressed(request.headers);
      const body = await readBody(request, { compressed, maxBytes }, pending);
      try {
        const answer = await intake.take(body.bytes, format);
        response.once('finish', () => parts.crashPoint('receiver.answered'));
        respond(parts, response, answer);
      } finally {
        body.release();
      }
    });
    app.all(path, () => {
      throw new Refusal(405, 'only POST is served here', { allow: 'POST' });
    });
  });
}
