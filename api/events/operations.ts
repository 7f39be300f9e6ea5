// The guide's operation: GET /api/v2/analytics/events/realtime, as a stream or as what is there now.
import { z } from 'zod';
import type { RecordFilter } from '../../receiver/filter-expression/compile.ts';
import { typeOf } from '../../receiver/filter-expression/record-field.ts';
import { MAX_FILTER_LENGTH } from '../../receiver/filter-expression/tokens.ts';
import { SAMPLE_TYPE, STATE_TYPE } from '../../receiver/guide-event/vocabulary.ts';
import { ApiRefusal, errorSchema } from '../api-refusal.ts';
import { defineOperation, type Operation } from '../operation.ts';
import type { Caller } from '../scope.ts';
import { compileAllowedFilter } from '../sessions/allowed-filter.ts';
import type { LiveSessions } from '../sessions/live-sessions.ts';
import { numberBehind } from '../sessions/operations.ts';
import { acceptedFormat } from './accepted-format.ts';
import { eventSchema } from './event-schema.ts';
import { EventStream, type EventStreamParts } from './event-stream.ts';
import type { IdPseudonym } from './id-pseudonym.ts';
import { latestEvents } from './latest-events.ts';
import { formFor, publicEvent } from './public-event.ts';
import { NDJSON, SSE } from './stream-format.ts';
import type { StreamSlots } from './stream-slots.ts';

export interface EventOperationParts extends Pick<
  EventStreamParts,
  'clock' | 'ring' | 'telemetry' | 'epoch' | 'maxDurationMs'
> {
  readonly sessions: LiveSessions;
  readonly slots: StreamSlots;
  readonly pseudonymOf: IdPseudonym;
}

const TYPES = `${STATE_TYPE}|${SAMPLE_TYPE}`;
const MOST_SESSIONS = 1_000;

const querySchema = z.strictObject({
  eventTypes: z
    .string()
    .regex(new RegExp(`^(?:${TYPES})(?:,(?:${TYPES}))*$`))
    .default(`${STATE_TYPE},${SAMPLE_TYPE}`)
    .describe('Samples (webrtc-video), session events (webrtc), or both with a comma between.'),
  filter: z
    .string()
    .max(MAX_FILTER_LENGTH)
    .optional()
    .describe(
      "Of which events, in the guide's notation, such as metrics.mos<3.5. What is missing of an event makes a comparison " +
        'false. To compare ids needs the scope sessions:read.',
    ),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_SESSIONS)
    .optional()
    .describe(
      `Most sessions of one answer as application/json; ${MOST_SESSIONS} by default. Not for streams.`,
    ),
  after: z
    .string()
    .max(64)
    .optional()
    .describe('The `next` of the application/json answer before. Not for streams.'),
});

const latestSchema = z
  .strictObject({
    entities: z
      .array(eventSchema)
      .describe('Of each session its newest sample and its newest session event, as far as they match.'),
    next: z
      .string()
      .optional()
      .describe('Goes into `after` for the sessions that follow; absent when none do.'),
  })
  .meta({ id: 'LatestEvents' });

export function eventsOperation(parts: EventOperationParts): Operation {
  const { clock, sessions, slots, pseudonymOf, epoch } = parts;
  return defineOperation({
    method: 'get',
    route: '/api/v2/analytics/events/realtime',
    operationId: 'streamEvents',
    summary:
      'Samples and session events as they come: server-sent events by default, NDJSON, or as JSON what is newest of each session.',
    scope: 'realtime:read',
    query: querySchema,
    answers: {
      200: {
        description:
          'As server-sent events each has an id, with which a client goes on where it was (Last-Event-ID). An event named ' +
          '`missed`, or in NDJSON a line of this type, says that some have left the buffer. Comments and blank lines are signs of life.',
        content: {
          'text/event-stream': z.string().describe('Events; the data of each is one Event.'),
          'application/x-ndjson': z.string().describe('One Event a line.'),
          'application/json': latestSchema,
        },
      },
      406: {
        description: 'The Accept header allows none of these types.',
        content: { 'application/json': errorSchema },
      },
    },
    async handle({ caller, query, header, signal }) {
      const accepted = acceptedFormat(header('accept'));
      if (accepted === undefined) {
        const offered = 'text/event-stream, application/x-ndjson and application/json';
        throw new ApiRefusal(406, 'not.acceptable', `only ${offered} are served here`);
      }
      const passes = filterOf(query, caller);
      const form = formFor(caller);
      const { limit, after } = query;
      if (accepted.format === 'json') {
        const body = await latestEvents(sessions, {
          passes,
          afterNumber: after === undefined ? 0 : numberBehind(after, epoch),
          limit: limit ?? MOST_SESSIONS,
          epoch,
          clock,
          signal,
          show: (record) => publicEvent(record, form, pseudonymOf),
        });
        return { status: 200, body };
      }
      if (limit !== undefined || after !== undefined) {
        throw new ApiRefusal(
          400,
          'bad.request',
          'limit and after are for application/json; a stream has none',
        );
      }
      const format = accepted.format === 'sse' ? SSE : NDJSON;
      const lastEventId = format === SSE ? header('last-event-id') : undefined;
      const giveBack = slots.take(format.name, signal);
      // Its place is where the request came in, not where the answer begins.
      const stream = new EventStream({ ...parts, format, form, passes, lastEventId });
      return {
        status: 200,
        contentType: accepted.contentType,
        stream: (writer) => stream.run(writer, signal).finally(giveBack),
      };
    },
  });
}

/** Made once for a stream. */
function filterOf({ eventTypes, filter }: z.output<typeof querySchema>, caller: Caller): RecordFilter {
  const types = new Set(eventTypes.split(','));
  const passes = filter === undefined ? undefined : compileAllowedFilter(filter, caller);
  return (record) => types.has(typeOf(record)) && (passes === undefined || passes(record));
}
