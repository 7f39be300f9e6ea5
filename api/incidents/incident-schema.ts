// Incidents as the API documents them.
import { z } from 'zod';
import { SEVERITIES } from '../../bridge/transition/transition.ts';
import { dimensionsSchema, metricsSchema } from '../sessions/metrics-schema.ts';
import { CATEGORIES, INCIDENT_STATES } from './incident-list.ts';
import { MAX_ATTEMPTS } from './incident-reader.ts';

const severity = z.enum(SEVERITIES);
const ofSessions = 'Needs the scope sessions:read.';

export const incidentSchema = z
  .strictObject({
    id: z.string().describe('The same over the whole life of the incident, its reopenings included.'),
    incidentKey: z.string().optional().describe(`The key under which destinations know it. ${ofSessions}`),
    category: z.enum(CATEGORIES),
    subject: z
      .string()
      .optional()
      .describe(`The session, or a group such as edge=fra-3. That of a session: ${ofSessions}`),
    severity,
    state: z.enum(INCIDENT_STATES),
    opened: z.iso.datetime(),
    changed: z.iso.datetime().describe('When its last transition was decided.'),
  })
  .meta({ id: 'Incident' });

const reasonSchema = z
  .strictObject({
    rule: z.string(),
    value: z.number().optional().describe("In the metric's unit; seconds for silences and waits."),
    threshold: z.number().optional(),
    causes: z.array(z.string()).optional().describe('What took points off a score, the costliest first.'),
  })
  .meta({ id: 'Reason' });

const counts = z.record(z.string(), z.int());

const groupSchema = z
  .strictObject({
    memberCount: z.int().describe('All members there have been.'),
    openCount: z.int().describe('Those still open, or undelivered.'),
    bySeverity: counts,
    byReason: counts,
    byDimension: z.record(z.string(), counts),
    worst: z.array(
      z.strictObject({
        incidentId: z.string(),
        sessionId: z.string().optional().describe(ofSessions),
        severity,
        reasons: z.array(reasonSchema),
      }),
    ),
  })
  .describe('What a storm, or a trouble of delivery, stands for.')
  .meta({ id: 'IncidentGroup' });

const attemptSchema = z
  .strictObject({
    started: z.iso.datetime(),
    durationMs: z.int(),
    outcome: z.string(),
    status: z.int().optional().describe('Of HTTP or SMTP.'),
    reason: z.string(),
  })
  .meta({ id: 'DeliveryAttempt' });

const deliverySchema = z
  .strictObject({
    destination: z.string(),
    state: z.enum(['pending', 'held', 'listed', 'silenced', 'delivered', 'dead']),
    heldBy: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('storm'),
          incidentId: z.string(),
          subject: z.string().optional(),
        }),
        z.strictObject({ kind: z.literal('silence'), silenceId: z.string() }),
      ])
      .optional()
      .describe('Where the state is held, listed or silenced.'),
    waitingSince: z.iso.datetime(),
    nextAttempt: z.iso.datetime().optional().describe('Where the state is pending.'),
    settled: z.iso.datetime().optional(),
    lastReason: z.string().optional(),
    attemptCount: z.int().describe('Since it was last redriven.'),
    attempts: z.array(attemptSchema).describe(`The newest ${MAX_ATTEMPTS}, newest first.`),
    hasEarlierAttempts: z.literal(true).optional(),
  })
  .describe('How a transition fares on its way to one destination.')
  .meta({ id: 'Delivery' });

const transitionSchema = z
  .strictObject({
    kind: z.enum(['opened', 'updated', 'escalated', 'deescalated', 'reopened', 'recovered', 'ended']),
    sequence: z.int(),
    severity,
    peakSeverity: severity.describe('The highest one so far.'),
    reasons: z.array(reasonSchema),
    triggered: z.iso.datetime().describe('Event time of the first bad sample of this opening.'),
    occurred: z.iso.datetime().describe('Event time of the decision.'),
    decided: z.iso.datetime().describe('Wall-clock time of the decision.'),
    triggerMetrics: metricsSchema,
    currentMetrics: metricsSchema,
    conversationId: z.string().optional().describe(ofSessions),
    environment: z.string(),
    dimensions: dimensionsSchema,
    suppressedCount: z.int().describe('Notices of this incident that were held back since the last one.'),
    stormId: z.string().optional().describe('The storm that tells of it in its stead.'),
    group: groupSchema.optional(),
    deliveries: z.array(deliverySchema),
  })
  .meta({ id: 'Transition' });

export const detailsSchema = z
  .strictObject({
    ...incidentSchema.shape,
    transitions: z.array(transitionSchema).describe('The newest, in their order.'),
    earlierBefore: z
      .int()
      .optional()
      .describe('Goes into `before` for the transitions before these; absent when there are none.'),
  })
  .meta({ id: 'IncidentDetails' });

export type IncidentDocument = z.output<typeof incidentSchema>;
export type DetailsDocument = z.output<typeof detailsSchema>;
export type TransitionDocument = z.output<typeof transitionSchema>;
export type DeliveryDocument = z.output<typeof deliverySchema>;
export type GroupDocument = z.output<typeof groupSchema>;
