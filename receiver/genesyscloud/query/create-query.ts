// The source `query`: trends each few minutes, and what each gap of the stream has cost, once history has reached it. It
// has no way into the pipelines: what is past alerts nobody, and ends nothing.
import type { Settings } from '../../../collector/component.ts';
import { countOf, POLLED_INSTRUMENTS } from '../polled-instruments.ts';
import type { PollRules } from '../platform/poll-plan.ts';
import { type Polled, PollingSource } from '../polling-source.ts';
import type { Source, SourceParts } from '../source.ts';
import { newestRows } from './newest-rows.ts';
import type { QueryConfig } from './query-config.ts';
import { QueryGauges } from './query-gauges.ts';
import { COUNT_KEY } from './query-keys.ts';
import { countRequest, type Stream, trendRequest } from './query-request.ts';
import { readQueryAnswer } from './read-query-answer.ts';
import type { StreamGap, StreamGaps } from '../stream-gaps.ts';

/** A gap that has just become known is looked for so often. */
const LOOK_AGAIN_MS = 60_000;
/** An answer is shown until so many polls after it have failed. */
const SHOWN_POLLS = 3;

const RULES: PollRules = {
  reasons: {
    not_found:
      'POST /api/v2/analytics/query does not exist there (404). Genesys Cloud itself has no such query: it has ' +
      'conversation details (conversation_details: audio, after the call). Set base_url to what serves this API, or ' +
      'query.enabled to false',
    refused: 'the query is refused; see select, group and where',
  },
  longestWaitMs: 300_000,
  slowAfter: ['not_found', 'refused'],
};

export interface QueryParts extends Pick<
  SourceParts,
  'clock' | 'logger' | 'historical' | 'telemetry' | 'tellStatus'
> {
  readonly settings: Pick<Settings, 'id' | 'meter'>;
  /** Of the stream, when there is one. */
  readonly missed?: { readonly stream: Stream; readonly gaps: StreamGaps };
}

export function createQuery(parts: QueryParts, config: QueryConfig): Source {
  const { clock, logger, settings, historical, telemetry, missed } = parts;
  const pollIntervalMs = config.poll_interval.ms;
  const ofSource = (source: string) => ({ receiver: settings.id, source });
  const unreadable = countOf(settings.meter, POLLED_INSTRUMENTS.unreadable, ofSource('query'));
  const missedRecords = countOf(settings.meter, POLLED_INSTRUMENTS.missedRecords, ofSource('realtime'));
  const uncountedGaps = countOf(settings.meter, POLLED_INSTRUMENTS.uncountedGaps, ofSource('realtime'));
  const keptMs = SHOWN_POLLS * pollIntervalMs;
  const gauges = new QueryGauges({ settings, clock, select: config.select, keptMs });
  let nextTrendAtMs = clock.nowMs();

  async function poll(signal: AbortSignal): Promise<Polled> {
    const nowMs = clock.nowMs();
    uncountedGaps(missed?.gaps.takeForgottenCount() ?? 0);
    const gap = missed?.gaps.due(nowMs);
    // Trends first: a gap can wait, and one that is not answered must not hide them.
    const isTrend = nowMs >= nextTrendAtMs;
    if (!isTrend && gap === undefined) return { kind: 'idle', waitMs: waitMs() };
    const fault = isTrend ? await askTrend(signal) : await askGap(missed!, gap!, signal);
    return fault ?? { kind: 'served', waitMs: waitMs() };
  }

  function waitMs(): number {
    const nowMs = clock.nowMs();
    const gapMs = missed?.gaps.waitMs(nowMs) ?? Infinity;
    return Math.max(0, Math.min(nextTrendAtMs - nowMs, gapMs, LOOK_AGAIN_MS));
  }

  /** Resolves to the fault, when there is one. */
  async function askTrend(signal: AbortSignal) {
    const answer = await historical.ask(trendRequest(config), signal);
    if (answer.kind === 'failed') return answer;
    const { rows, faultCount } = readQueryAnswer(answer.body, config);
    unreadable(faultCount);
    nextTrendAtMs = clock.nowMs() + pollIntervalMs;
    if (rows !== undefined) gauges.show(newestRows(rows, config.max_groups));
    return undefined;
  }

  async function askGap({ stream, gaps }: NonNullable<typeof missed>, gap: StreamGap, signal: AbortSignal) {
    const answer = await historical.ask(countRequest(stream, gap, config.interval), signal);
    // What is refused once is refused for ever; everything else passes, or is told.
    if (answer.kind === 'failed' && answer.cause !== 'refused') return answer;
    gaps.remove(gap);
    const known = answer.kind === 'failed' ? undefined : eventCount(answer.body);
    if (known === undefined) uncountedGaps(1);
    else missedRecords(Math.max(0, known - gap.heardCount));
    return undefined;
  }

  const source = new PollingSource({
    name: 'query',
    clock,
    logger,
    telemetry: telemetry.ofSource('query'),
    rules: RULES,
    poll,
    tellStatus: (reason) => parts.tellStatus('query', reason),
  });
  return {
    start: () => source.start(),
    stop: async () => {
      gauges.stop();
      await source.stop();
    },
  };
}

/** Over all intervals of the answer; undefined when it can't be read as a whole. */
function eventCount(body: unknown): number | undefined {
  const { rows, faultCount } = readQueryAnswer(body, { select: [COUNT_KEY], group: [] });
  if (rows === undefined || faultCount > 0) return undefined;
  return rows.reduce((sum, { values }) => sum + values.get(COUNT_KEY)!, 0);
}
