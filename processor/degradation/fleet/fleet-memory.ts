// What survives a restart of all sessions together, as JSON. What can't be read is given up: storms then form anew, and no
// alert is lost by it.
import { z } from 'zod';
import type { PipelineIncident } from './pipeline-silence.ts';
import type { StormMemory } from './storms.ts';

const VERSION = 1;

export interface FleetMemory {
  readonly storms: StormMemory;
  readonly pipeline?: PipelineIncident;
}

export const NOTHING_REMEMBERED: FleetMemory = { storms: { open: [], ended: [] } };

const severity = z.enum(['warning', 'high', 'critical']);

/** A reason is passed on as it is. */
const incident = {
  incidentId: z.string(),
  incidentKey: z.string(),
  bucket: z.int(),
  subject: z.string(),
  nextSequence: z.int(),
  severity,
  peakSeverity: severity,
  reasons: z.array(z.looseObject({ rule: z.string() })).min(1),
  triggerAtMs: z.number(),
  lastOccurredAtMs: z.number(),
};

const storm = z.strictObject({
  ...incident,
  group: z.strictObject({
    subject: z.string(),
    shared: z.strictObject({ dimension: z.string(), value: z.string() }).optional(),
  }),
  membersSinceMs: z.number(),
  formedAtMs: z.number(),
  memberCount: z.int(),
  unlistedIds: z.array(z.string()),
  lastJoinedAtMs: z.number(),
  lastNoticeAtMs: z.number(),
  endedAtMs: z.number().optional(),
});

const memory = z.strictObject({
  version: z.literal(VERSION),
  storms: z.strictObject({
    clock: z.strictObject({ atMs: z.number(), seenAtMs: z.number() }).optional(),
    open: z.array(storm),
    ended: z.array(storm),
  }),
  pipeline: z
    .strictObject({
      ...incident,
      open: z.boolean(),
      announceAtMs: z.number().optional(),
      lastOpeningAtMs: z.number(),
      suppressedCount: z.int(),
    })
    .optional(),
});

export function writeFleetMemory(remembered: FleetMemory): string {
  return JSON.stringify({ version: VERSION, ...remembered });
}

/** Throws when the text is not what `writeFleetMemory` writes. */
export function readFleetMemory(text: string): FleetMemory {
  const { version: _, ...remembered } = memory.parse(JSON.parse(text));
  return remembered as FleetMemory;
}
