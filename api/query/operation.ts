// The operation `POST /api/v2/analytics/query`: the guide's, answered from the rollups.
import type { Clock } from '../../collector/clock.ts';
import { ApiRefusal } from '../api-refusal.ts';
import { defineOperation, type Operation } from '../operation.ts';
import { type Rollups, RollupsUnavailableError } from '../rollup/rollups.ts';
import { planQuery } from './plan.ts';
import { analyticsAnswerSchema, analyticsQuerySchema } from './query-schema.ts';
import { runQuery } from './run.ts';
import { Turnstile } from './turnstile.ts';

/** Incidents are stored through the same thread, and each query may have two reads before them. */
const QUERIES_AT_ONCE = 2;
const MOST_WAITING = 32;
const RETRY_AFTER_S = 5;

export interface QueryParts {
  readonly rollups: Pick<Rollups, 'intervalMs' | 'fields' | 'kept' | 'read'>;
  readonly clock: Clock;
}

export function queryOperation({ rollups, clock }: QueryParts): Operation {
  const turnstile = new Turnstile(QUERIES_AT_ONCE, MOST_WAITING);
  return defineOperation({
    method: 'post',
    route: '/api/v2/analytics/query',
    operationId: 'queryAnalytics',
    summary: 'Averages, extremes, percentiles and counts of metrics over time, by group.',
    scope: 'analytics:read',
    body: analyticsQuerySchema,
    answers: {
      200: {
        description: 'What was counted, by interval and group, up to this moment.',
        content: { 'application/json': analyticsAnswerSchema },
      },
    },
    async handle({ body, signal }) {
      if (turnstile.isFull) throw unavailable('too many queries are waiting already');
      const nowMs = clock.nowMs();
      const { intervalMs, fields } = rollups;
      const plan = planQuery(body, { intervalMs, fields, kept: rollups.kept(nowMs) }, nowMs);
      try {
        return { status: 200, body: await turnstile.pass(() => runQuery(rollups, plan, signal), signal) };
      } catch (error) {
        if (error instanceof RollupsUnavailableError) throw unavailable(error.message, error);
        throw error;
      }
    },
  });
}

function unavailable(message: string, cause?: Error): ApiRefusal {
  const headers = { 'Retry-After': String(RETRY_AFTER_S) };
  return new ApiRefusal(503, 'service.unavailable', message, headers, cause === undefined ? {} : { cause });
}
