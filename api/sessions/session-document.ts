// A session as the API shows it. Of whom it is the session is not shown: there are no agent ids here.
import { z } from 'zod';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import { SESSION_STATES } from '../../receiver/session-gauges/catalogue.ts';
import type { DegradedLevel } from '../../receiver/session-gauges/degraded-level.ts';
import type { LiveSession } from './live-session.ts';
import { dimensionsSchema, metricsSchema } from './metrics-schema.ts';

export const sessionSchema = z
  .strictObject({
    id: z.string(),
    conversationId: z.string().optional(),
    media: z.enum(['camera', 'screen', 'audio']).optional(),
    direction: z.enum(['inbound', 'outbound']).optional().describe('As seen by the reporting client.'),
    codec: z.string().optional(),
    dimensions: dimensionsSchema,
    metrics: metricsSchema.optional().describe('Of the newest sample; absent before the first one.'),
    muted: z.boolean().optional().describe('Muted, held or paused: no picture on purpose.'),
    degraded: z
      .enum(SESSION_STATES)
      .optional()
      .describe('What the degradation rules say; absent where nothing judges the session.'),
    connection: z.enum(['connected', 'disconnected']).optional(),
    firstSeen: z.iso.datetime().describe('Arrival of the first record.'),
    lastSeen: z.iso.datetime().describe('Arrival of the newest record.'),
    observed: z.iso.datetime().optional().describe('Event time of the newest sample.'),
    ageSeconds: z.number().describe('Since it was first seen.'),
    silentSeconds: z.number().describe('Since it was last seen.'),
    sampleCount: z.int().describe('Samples since it was first seen.'),
  })
  .describe('A live session: its newest sample, and what is known of it. Absent is unknown.')
  .meta({ id: 'Session' });

export type SessionDocument = z.output<typeof sessionSchema>;

/** `level` is undefined where nothing judges the session. */
export function sessionDocument(
  session: LiveSession,
  { nowMs, level }: { readonly nowMs: number; readonly level: DegradedLevel | undefined },
): SessionDocument {
  const { sample, event, connection, isMuted, firstSeenAtMs, lastSeenAtMs } = session;
  const conversationId = sample?.conversationId ?? event?.conversationId;
  return {
    id: session.id,
    ...(conversationId !== undefined && { conversationId }),
    ...(sample !== undefined && { media: sample.media, direction: sample.direction }),
    ...(sample?.codec !== undefined && { codec: sample.codec }),
    dimensions: (sample ?? event)!.dimensions,
    ...(sample !== undefined && { metrics: encodeGuideEvent(sample).metrics as SessionDocument['metrics'] }),
    ...(isMuted !== undefined && { muted: isMuted }),
    ...(level !== undefined && { degraded: SESSION_STATES[level] }),
    ...(connection !== undefined && { connection }),
    firstSeen: new Date(firstSeenAtMs).toISOString(),
    lastSeen: new Date(lastSeenAtMs).toISOString(),
    ...(sample !== undefined && { observed: new Date(sample.observedAtMs).toISOString() }),
    ageSeconds: (nowMs - firstSeenAtMs) / 1_000,
    silentSeconds: (nowMs - lastSeenAtMs) / 1_000,
    sampleCount: session.sampleCount,
  };
}
