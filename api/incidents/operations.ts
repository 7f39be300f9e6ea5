// The operations on incidents: the list, and one of them with all that became of it. Where no pipeline makes incidents
// there are no such operations.
import { z } from 'zod';
import { SEVERITIES } from '../../bridge/transition/transition.ts';
import { ApiRefusal, errorSchema } from '../api-refusal.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { detailsDocument, incidentDocument } from './incident-document.ts';
import { CATEGORIES, INCIDENT_STATES, type IncidentPlace, type ListedIncident } from './incident-list.ts';
import type { IncidentReader } from './incident-reader.ts';
import { detailsSchema, incidentSchema } from './incident-schema.ts';

const listQuery = z.strictObject({
  state: z.enum(INCIDENT_STATES).optional(),
  category: z.enum(CATEGORIES).optional(),
  severity: z.enum(SEVERITIES).optional().describe('This one and more severe ones.'),
  subject: z
    .string()
    .max(256)
    .optional()
    .describe('The session, or a group such as edge=fra-3. Needs the scope sessions:read.'),
  since: z.iso.datetime({ offset: true }).optional().describe('Changed then or later.'),
  until: z.iso.datetime({ offset: true }).optional().describe('Last changed before.'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Most incidents of one answer.'),
  after: z
    .string()
    .max(128)
    .optional()
    .describe('The `next` of the answer before. An incident that changes meanwhile moves to the front.'),
});

const listSchema = z
  .strictObject({
    incidents: z.array(incidentSchema).describe('Those that changed last come first.'),
    next: z.string().optional().describe('Goes into `after` for those that follow; absent when none do.'),
  })
  .meta({ id: 'Incidents' });

const detailsQuery = z.strictObject({
  before: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Only transitions of a lower sequence: the `earlierBefore` of the answer before.'),
  limit: z.coerce.number().int().min(1).max(50).default(20).describe('Most transitions of one answer.'),
});

export function incidentOperations(reader: Pick<IncidentReader, 'list' | 'details'>): readonly Operation[] {
  return [listOperation(reader), detailsOperation(reader)];
}

function listOperation(reader: Pick<IncidentReader, 'list'>): Operation {
  return defineOperation({
    method: 'get',
    route: '/api/v1/incidents',
    operationId: 'listIncidents',
    summary: 'Incidents, those that changed last first.',
    scope: 'incidents:read',
    query: listQuery,
    answers: {
      200: {
        description: 'A page of the incidents that match.',
        content: { 'application/json': listSchema },
      },
    },
    async handle({ caller, query }) {
      const { state, category, severity, subject, since, until, limit, after } = query;
      const showsSessions = caller.scopes.has('sessions:read');
      if (subject !== undefined && !showsSessions) {
        throw new ApiRefusal(403, 'missing.scope', 'subject: is compared with the scope sessions:read only');
      }
      const found = await reader.list({
        state,
        category,
        minSeverity: severity,
        subject,
        sinceMs: since === undefined ? undefined : Date.parse(since),
        untilMs: until === undefined ? undefined : Date.parse(until),
        after: after === undefined ? undefined : placeOf(after),
        limit: limit + 1,
      });
      const shown = found.slice(0, limit);
      const body = {
        incidents: shown.map((incident) => incidentDocument(incident, showsSessions)),
        ...(found.length > limit && { next: placeText(shown.at(-1)!) }),
      };
      return { status: 200, body };
    },
  });
}

function detailsOperation(reader: Pick<IncidentReader, 'details'>): Operation {
  return defineOperation({
    method: 'get',
    route: '/api/v1/incidents/{id}',
    operationId: 'getIncident',
    summary: 'One incident, with its transitions and how each was delivered.',
    scope: 'incidents:read',
    path: z.strictObject({ id: z.string() }),
    query: detailsQuery,
    answers: {
      200: { description: 'The incident.', content: { 'application/json': detailsSchema } },
      404: {
        description: 'There is no such incident, or it is kept no more.',
        content: { 'application/json': errorSchema },
      },
    },
    async handle({ caller, path, query }) {
      const details = await reader.details(path.id, {
        beforeSequence: query.before,
        limit: query.limit,
      });
      if (details === undefined) throw new ApiRefusal(404, 'not.found', 'there is no such incident');
      return { status: 200, body: detailsDocument(details, caller.scopes.has('sessions:read')) };
    },
  });
}

function placeText({ changedAtMs, incidentId }: ListedIncident): string {
  return `${changedAtMs}-${incidentId}`;
}

function placeOf(text: string): IncidentPlace {
  const [, changedAtMs, incidentId] = /^(\d{1,15})-(.+)$/.exec(text) ?? [];
  if (changedAtMs === undefined || incidentId === undefined) {
    throw new ApiRefusal(400, 'bad.cursor', 'after: not the `next` of an answer; begin anew without it');
  }
  return { changedAtMs: Number(changedAtMs), incidentId };
}
