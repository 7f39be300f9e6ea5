// The keys of the source `query`.
import { z } from 'zod';
import { SAMPLE_TYPE, STATE_TYPE } from '../../guide-event/vocabulary.ts';
import { historicalPollInterval, lag } from '../history-fields.ts';
import { isGroupKey, selectedKey } from './query-keys.ts';

export type QueryConfig = z.output<typeof querySchema>;

export const querySchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Ask for trends, and count what the stream has missed. What is past becomes gauges of the process, and never an incident.',
      ),
    event_types: z
      .array(z.enum([STATE_TYPE, SAMPLE_TYPE]))
      .min(1)
      .default([SAMPLE_TYPE])
      .describe('The types of events to ask about.'),
    interval: z
      .string()
      .regex(/^PT[1-9]\d{0,3}[SMH]$/, { error: 'must be an ISO 8601 duration such as PT5M' })
      .default('PT5M')
      .describe('What the platform aggregates over. The newest interval is shown.'),
    select: z
      .array(
        z.string().refine((key) => selectedKey(key) !== undefined, {
          error: 'must be count, or a metric and an aggregate such as metrics.mos.avg or metrics.rtt.ms.p95',
        }),
      )
      .min(1)
      .max(20)
      .default(['metrics.mos.avg', 'metrics.packetLossPercent.avg', 'metrics.jitter.ms.avg', 'count'])
      .describe('What to ask for.'),
    group: z
      .array(
        z.string().refine(isGroupKey, {
          error: 'must be a dimension such as edge, codec, media, direction, or an aggregate of a metric',
        }),
      )
      .max(4)
      .default(['metrics.mos.avg'])
      .describe("By what to group. The default is the guide's; [edge] or [] says more."),
    where: z
      .string()
      .max(1_000)
      .default('timestamp > now() - 24h')
      .describe("Which events to ask about, in the platform's notation."),
    poll_interval: historicalPollInterval().prefault('5m').describe('How often to ask.'),
    lag: lag(),
    max_groups: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .describe('So many groups are shown, those with the most events first.'),
  })
  .prefault({})
  .describe('POST /api/v2/analytics/query, for trends and for what the stream has missed.');
