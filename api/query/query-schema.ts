// What a query may ask, and how it is answered: the schemas by which requests are checked and documents are made.
import { z } from 'zod';
import { MAX_FILTER_LENGTH } from '../../receiver/filter-expression/tokens.ts';
import { SAMPLE_TYPE, STATE_TYPE } from '../../receiver/guide-event/vocabulary.ts';
import { RELATIVE_ACCURACY, SMALLEST_VALUE } from '../rollup/sketch.ts';

export const STATISTICS = ['avg', 'min', 'max', 'p50', 'p95', 'p99', 'count'] as const;

export type Statistic = (typeof STATISTICS)[number];

const MAX_SELECTED = 50;
const MAX_GROUP_FIELDS = 8;
const path = z.string().min(1).max(100);

export const analyticsQuerySchema = z
  .strictObject({
    eventTypes: z
      .array(z.enum([SAMPLE_TYPE, STATE_TYPE]))
      .min(1)
      .max(2)
      .default([SAMPLE_TYPE])
      .describe(`What is counted: samples (${SAMPLE_TYPE}), session events (${STATE_TYPE}), or both.`),
    interval: z
      .string()
      .max(40)
      .optional()
      .describe(
        'The time that one result covers: an ISO 8601 duration such as PT5M, PT1H or P1D, a multiple of the interval of the rollups and aligned to the Unix epoch. By default that interval itself.',
      ),
    select: z
      .array(path)
      .min(1)
      .max(MAX_SELECTED)
      .describe(
        `What is told: "count", the number of samples and session events; or a metric and one of ${STATISTICS.join(', ')}, such as metrics.jitter.ms.p95. A metric's count is the number of samples that have it. Metrics have all the names that they have in events. Averages, minima, maxima and counts are exact. pX is the value at index floor(X% * (n - 1)) of all n values in ascending order, within ${RELATIVE_ACCURACY * 100} % of it or ${SMALLEST_VALUE} of its unit, whichever is more.`,
      ),
    group: z
      .array(path)
      .max(MAX_GROUP_FIELDS)
      .default([])
      .describe(
        'By what results are told apart: type, state, media, direction, codec, a dimension such as edge; or a metric, as metrics.mos or metrics.mos.avg, which means the band into which the sample falls, such as (3.5,3.8]: above 3.5, up to and including 3.8.',
      ),
    where: z
      .string()
      .min(1)
      .max(MAX_FILTER_LENGTH)
      .optional()
      .describe(
        `A filter as of the stream of events, over the fields that group takes, but no metrics; and over timestamp, by < <= > >=, against now(), now() - 24h or a time in quotes, joined to the rest by "&&". Limits of time are widened to whole intervals of the rollups. Without one, all that is kept is taken.`,
      ),
  })
  .meta({ id: 'AnalyticsQuery' });

export type AnalyticsQuery = z.output<typeof analyticsQuerySchema>;

const instant = z.iso.datetime();

export const analyticsResultSchema = z
  .strictObject({
    from: instant,
    to: instant.describe('Exclusive.'),
    group: z
      .record(z.string(), z.string())
      .describe('By what was asked for in group; a field that the samples do not have is left out.'),
    isOverflow: z
      .literal(true)
      .optional()
      .describe(
        'These were counted, but not by the fields asked for: there were too many groups, or it was not configured then.',
      ),
    data: z
      .record(z.string(), z.number())
      .describe(
        'By what was asked for in select, in the units of the paths. What nobody measured is left out, never 0.',
      ),
  })
  .meta({ id: 'AnalyticsResult' });

export type AnalyticsResult = z.output<typeof analyticsResultSchema>;

export const analyticsAnswerSchema = z
  .strictObject({
    interval: z.string().describe('That of the results, as an ISO 8601 duration.'),
    from: instant.describe('The range that was looked at, in whole intervals of the rollups.'),
    to: instant.describe('Exclusive.'),
    results: z
      .array(analyticsResultSchema)
      .describe('By time, then by group. Where nothing was counted there is no result.'),
    undecidedCount: z
      .int()
      .optional()
      .describe(
        'Samples and session events of which where could not be judged, as their group is not known. Absent: none.',
      ),
  })
  .meta({ id: 'AnalyticsAnswer' });

export type AnalyticsAnswer = z.output<typeof analyticsAnswerSchema>;
