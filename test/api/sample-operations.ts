// Operations that a test serves: one of each kind.
import { z } from 'zod';
import { ApiRefusal } from '../../api/api-refusal.ts';
import { defineOperation, type AnswerWriter, type Call, type Operation } from '../../api/operation.ts';

const thingSchema = z
  .strictObject({
    id: z.string(),
    limit: z.int().optional(),
    caller: z.string(),
    scopes: z.array(z.string()),
  })
  .meta({ id: 'Thing' });

export const readThing = defineOperation({
  method: 'get',
  route: '/api/v1/things/{id}',
  operationId: 'readThing',
  summary: 'One thing.',
  scope: 'sessions:read',
  path: z.strictObject({ id: z.string().max(20) }),
  query: z.strictObject({
    limit: z
      .string()
      .regex(/^\d+$/, { error: 'must be a whole number' })
      .transform(Number)
      .pipe(z.int().max(1_000))
      .optional()
      .describe('How many.'),
    order: z.enum(['asc', 'desc']).optional().describe('In which order.'),
  }),
  answers: {
    200: { description: 'The thing.', content: { 'application/json': thingSchema } },
    404: { description: 'There is none.' },
  },
  handle({ path: { id }, query: { limit }, caller }) {
    if (id === 'missing') throw new ApiRefusal(404, 'not.found', 'there is no such thing');
    return Promise.resolve({
      status: 200,
      body: {
        id,
        ...(limit !== undefined && { limit }),
        caller: caller.clientId,
        scopes: [...caller.scopes],
      },
    });
  },
});

export const postQuery = defineOperation({
  method: 'post',
  route: '/api/v2/query',
  operationId: 'postQuery',
  summary: 'Rows <b>&</b> columns.',
  scope: 'analytics:read',
  body: z
    .strictObject({
      select: z.array(z.enum(['count', 'mos'])).min(1),
      where: z.string().optional(),
      labels: z.record(z.string(), z.number()).optional(),
    })
    .meta({ id: 'Query', examples: [{ select: ['count'], where: "it's" }] }),
  answers: {
    200: {
      description: 'The rows.',
      content: { 'application/json': z.strictObject({ columns: z.array(z.string()) }) },
    },
  },
  handle: ({ body }) => Promise.resolve({ status: 200, body: { columns: body.select } }),
});

/** Fails in the way that a test asks for. */
export const breakDown = defineOperation({
  method: 'get',
  route: '/api/v1/broken',
  operationId: 'breakDown',
  summary: 'Breaks.',
  scope: 'incidents:read',
  answers: { 200: { description: 'Never.' } },
  handle: () => Promise.reject(new Error('the disk is full')),
});

export const SAMPLE_OPERATIONS: readonly Operation[] = [readThing, postQuery, breakDown];

/** An endless answer that does as the test says. */
export function streamOf(
  stream: (writer: AnswerWriter, call: Call<unknown, unknown, unknown>) => Promise<void>,
): Operation {
  return defineOperation({
    method: 'get',
    route: '/api/v2/events',
    operationId: 'streamEvents',
    summary: 'Events as they come.',
    scope: 'realtime:read',
    answers: {
      200: {
        description: 'One event a line.',
        content: { 'application/x-ndjson': z.strictObject({ n: z.int() }) },
      },
    },
    handle: (call) =>
      Promise.resolve({
        status: 200,
        contentType: 'application/x-ndjson',
        stream: (writer) => stream(writer, call),
      }),
  });
}
