// The source `media_statistics`: one conversation after the other, each at its turn, within a share of the quota.
import type { Settings } from '../../../collector/component.ts';
import { observe } from '../../../collector/telemetry/names.ts';
import { Listening } from '../listening.ts';
import type { PollRules } from '../platform/poll-plan.ts';
import { RequestQuota } from '../platform/request-quota.ts';
import { POLLED_INSTRUMENTS } from '../polled-instruments.ts';
import { type Polled, PollingSource } from '../polling-source.ts';
import type { Source, SourceParts } from '../source.ts';
import { Communications } from './communications.ts';
import type { ConversationBook } from '../conversation-book.ts';
import type { MediaStatisticsConfig } from './media-statistics-config.ts';
import { readMediaStatistics } from './read-media-statistics.ts';

const PATH = '/api/v2/telephony/providers/edges/mediastatistics/conversations/';
/** A conversation that has just become known is asked for so soon. */
const LOOK_AGAIN_MS = 5_000;

const RULES: PollRules = {
  reasons: {
    forbidden: 'the credential lacks the permission analytics:conversationDetail:view (403)',
    refused: 'the request for media statistics is refused',
  },
  longestWaitMs: 60_000,
  slowAfter: [],
};

export interface MediaStatisticsParts extends SourceParts {
  readonly settings: Pick<Settings, 'id' | 'meter'>;
  readonly book: ConversationBook;
  readonly sessionTimeoutMs: number;
}

export function createMediaStatistics(parts: MediaStatisticsParts, config: MediaStatisticsConfig): Source {
  const { clock, logger, platform, telemetry, book, sessionTimeoutMs } = parts;
  const intervalMs = config.interval.ms;
  const quota = new RequestQuota(clock.nowMs(), config.max_requests_per_minute);
  const listening = new Listening(clock.nowMs());
  // Gauges stay until the next answer is due, and the one after it.
  const intake = parts.intakeFor(listening, { sessionTimeoutMs: Math.max(sessionTimeoutMs, 3 * intervalMs) });
  const communications = new Communications();

  async function poll(signal: AbortSignal): Promise<Polled> {
    const turn = book.next(clock.nowMs());
    if (turn.kind === 'none') return { kind: 'idle', waitMs: Math.min(turn.waitMs, LOOK_AGAIN_MS) };
    const { conversationId } = turn;
    const path = PATH + encodeURIComponent(conversationId);
    const answer = await platform.ask({ method: 'GET', path }, signal, quota);
    if (signal.aborted) return { kind: 'idle', waitMs: 0 };
    if (answer.kind === 'answered') await take(answer.body, conversationId, signal);
    // 404: nothing is there of it yet, or no more.
    const isServed = answer.kind === 'answered' || answer.cause === 'not_found';
    if (!book.asked(conversationId, isServed, clock.nowMs())) communications.forget(conversationId);
    return answer.kind === 'answered' || isServed ? { kind: 'served', waitMs: 0 } : answer;
  }

  async function take(body: unknown, conversationId: string, signal: AbortSignal): Promise<void> {
    const nowMs = clock.nowMs();
    const { readings, faultCount } = readMediaStatistics(body, nowMs);
    parts.telemetry.failed(faultCount);
    const records = communications.take(readings, {
      conversationId,
      receivedAtMs: nowMs,
      notBeforeMs: nowMs - sessionTimeoutMs - intervalMs,
      pollIntervalMs: Math.max(intervalMs, (book.count * 60_000) / config.max_requests_per_minute),
    });
    await intake.offer(records, listening.listenedMs(nowMs), signal);
  }

  const { knownConversations, pollDelay } = POLLED_INSTRUMENTS;
  const of = { receiver: parts.settings.id };
  const endObservations = [
    observe(parts.settings.meter, knownConversations, of, () => book.count),
    observe(parts.settings.meter, pollDelay, of, () => book.delayMs(clock.nowMs()) / 1_000),
  ];
  const source = new PollingSource({
    name: 'media_statistics',
    clock,
    logger,
    telemetry: telemetry.ofSource('media_statistics'),
    rules: RULES,
    listening,
    poll,
    tellStatus: (reason) => parts.tellStatus('media_statistics', reason),
  });
  return {
    start: () => source.start(),
    stop: async () => {
      for (const end of endObservations) end();
      await source.stop();
    },
  };
}
