// The operations on live sessions: the list, and one of them.
import { z } from 'zod';
import type { Clock } from '../../collector/clock.ts';
import type { RecordFilter } from '../../receiver/filter-expression/compile.ts';
import { MAX_FILTER_LENGTH } from '../../receiver/filter-expression/tokens.ts';
import { SESSION_STATES } from '../../receiver/session-gauges/catalogue.ts';
import type { QualityFeed } from '../../receiver/session-gauges/quality-feed.ts';
import { ApiRefusal, errorSchema } from '../api-refusal.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { compileAllowedFilter } from './allowed-filter.ts';
import { placeNumber, placeText } from './epoch.ts';
import type { LiveSession } from './live-session.ts';
import type { LiveSessions } from './live-sessions.ts';
import { sessionDocument, sessionSchema } from './session-document.ts';
import { searchSessions } from './session-search.ts';

export interface SessionOperationsParts {
  readonly clock: Clock;
  readonly sessions: LiveSessions;
  readonly levels: Pick<QualityFeed, 'degradedLevelOf'>;
  /** Of this process; see epoch.ts. */
  readonly epoch: string;
  /** Ids of a session's open incidents. Absent where no incidents are kept. */
  openIncidentIds?(sessionId: string): Promise<readonly string[]>;
}

type Level = (typeof SESSION_STATES)[number];

const LEVELS = SESSION_STATES.join('|');

const listQuery = z.strictObject({
  filter: z
    .string()
    .max(MAX_FILTER_LENGTH)
    .optional()
    .describe(
      "Of which sessions, in the guide's notation, such as metrics.mos<3.5 && edge=='fra-3': over the newest sample, or the " +
        'newest session event before there is one. What is missing makes a comparison false.',
    ),
  degraded: z
    .string()
    .regex(new RegExp(`^(?:${LEVELS})(?:,(?:${LEVELS}))*$`))
    .optional()
    .describe(`What the degradation rules say: one or several of ${SESSION_STATES.join(', ')}, with commas.`),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Most sessions of one answer.'),
  after: z.string().max(64).optional().describe('The `next` of the answer before.'),
});

const listSchema = z
  .strictObject({
    sessions: z.array(sessionSchema).describe('In the order in which they were first seen.'),
    total: z.int().optional().describe('How many match. In the first answer only, which has no `after`.'),
    next: z.string().optional().describe('Goes into `after` for those that follow; absent when none do.'),
  })
  .meta({ id: 'Sessions' });

const oneSchema = z
  .strictObject({
    ...sessionSchema.shape,
    openIncidents: z
      .array(z.string())
      .optional()
      .describe('Ids. Needs the scope incidents:read; absent without it, and where no incidents are kept.'),
  })
  .meta({ id: 'SessionWithIncidents' });

export function sessionOperations(parts: SessionOperationsParts): readonly Operation[] {
  return [listOperation(parts), oneOperation(parts)];
}

function listOperation({ clock, sessions, levels, epoch }: SessionOperationsParts): Operation {
  return defineOperation({
    method: 'get',
    route: '/api/v1/sessions',
    operationId: 'listSessions',
    summary: 'Live sessions, each with its newest sample.',
    scope: 'sessions:read',
    query: listQuery,
    answers: {
      200: {
        description: 'A page of the sessions that match.',
        content: { 'application/json': listSchema },
      },
    },
    async handle({ caller, query, signal }) {
      const passes = query.filter === undefined ? undefined : compileAllowedFilter(query.filter, caller);
      const wanted = query.degraded === undefined ? undefined : new Set(query.degraded.split(',') as Level[]);
      const isFirst = query.after === undefined;
      const isNarrowed = passes !== undefined || wanted !== undefined;
      const { found, nextAfter, total } = await searchSessions(sessions, {
        afterNumber: isFirst ? 0 : numberBehind(query.after!, epoch),
        limit: query.limit,
        countsAll: isFirst && isNarrowed,
        clock,
        signal,
        matches: (session) =>
          !session.hasEnded &&
          (passes === undefined || passesNewest(session, passes)) &&
          (wanted === undefined || isAtLevel(levels, session, wanted)),
        show: (session) =>
          sessionDocument(session, { nowMs: clock.nowMs(), level: levels.degradedLevelOf(session.id) }),
      });
      const count = isFirst && !isNarrowed ? sessions.liveCount(clock.nowMs()) : total;
      const body = {
        sessions: found,
        ...(count !== undefined && { total: count }),
        ...(nextAfter !== undefined && { next: placeText(epoch, nextAfter) }),
      };
      return { status: 200, body };
    },
  });
}

function oneOperation({ clock, sessions, levels, openIncidentIds }: SessionOperationsParts): Operation {
  return defineOperation({
    method: 'get',
    route: '/api/v1/sessions/{id}',
    operationId: 'getSession',
    summary: 'One live session, with its open incidents.',
    scope: 'sessions:read',
    path: z.strictObject({ id: z.string().describe('The session id.') }),
    answers: {
      200: { description: 'The session.', content: { 'application/json': oneSchema } },
      404: {
        description: 'No such session is live: it has ended, fell silent, or never was.',
        content: { 'application/json': errorSchema },
      },
    },
    async handle({ caller, path }) {
      const session = sessions.get(path.id, clock.nowMs());
      if (session === undefined) throw new ApiRefusal(404, 'not.found', 'no such session is live');
      const isTold = openIncidentIds !== undefined && caller.scopes.has('incidents:read');
      const ids = isTold ? await openIncidentIds(path.id) : undefined;
      const nowMs = clock.nowMs();
      const document = sessionDocument(session, { nowMs, level: levels.degradedLevelOf(session.id) });
      return { status: 200, body: { ...document, ...(ids !== undefined && { openIncidents: ids }) } };
    },
  });
}

function passesNewest({ sample, event }: LiveSession, passes: RecordFilter): boolean {
  return passes((sample ?? event)!);
}

function isAtLevel(
  levels: Pick<QualityFeed, 'degradedLevelOf'>,
  { id }: LiveSession,
  wanted: ReadonlySet<Level>,
): boolean {
  const level = levels.degradedLevelOf(id);
  return level !== undefined && wanted.has(SESSION_STATES[level]);
}

/** Throws a 400 for a place that is none of this process. */
export function numberBehind(place: string, epoch: string): number {
  const number = placeNumber(epoch, place);
  if (number !== undefined) return number;
  const message = 'after: not the `next` of an answer of this process; begin anew without it';
  throw new ApiRefusal(400, 'bad.cursor', message);
}
