// The source `conversation_details`: window after window of the past, each read to its end. Its position is kept in memory
// alone: these are trends, and after a restart they begin anew at what is known then.
import type { Settings } from '../../../collector/component.ts';
import { countOf, POLLED_INSTRUMENTS } from '../polled-instruments.ts';
import type { PlatformFault } from '../platform/platform-client.ts';
import type { PollRules } from '../platform/poll-plan.ts';
import { type Polled, PollingSource } from '../polling-source.ts';
import type { Source, SourceParts } from '../source.ts';
import type { ConversationDetailsConfig } from './conversation-details-config.ts';
import { CountedConversations } from './counted-conversations.ts';
import { detailsRequest } from './details-request.ts';
import { createDetailsTelemetry } from './details-telemetry.ts';
import { afterPage, type DetailsWindow, nextWindow, pendingCount } from './details-window.ts';
import { readDetails } from './read-details.ts';

/** In one round, so that other questions have their turn. */
const MAX_PAGES = 50;
/** Until the next round of the same window: answers are not kept for longer. */
const NEXT_ROUND_MS = 61_000;

const RULES: PollRules = {
  reasons: {
    forbidden: 'the credential lacks the permission analytics:conversationDetail:view (403)',
    not_found: 'POST /api/v2/analytics/conversations/details/query does not exist there (404)',
    refused: 'the query for conversations is refused',
  },
  longestWaitMs: 300_000,
  slowAfter: ['not_found', 'refused'],
};

const NO_PAGE: PlatformFault = {
  kind: 'failed',
  cause: 'unreadable',
  reason: 'the answer can not be read: it is no page of conversations',
};

export interface ConversationDetailsParts extends Pick<
  SourceParts,
  'clock' | 'logger' | 'historical' | 'telemetry' | 'tellStatus'
> {
  readonly settings: Pick<Settings, 'id' | 'meter'>;
}

export function createConversationDetails(
  parts: ConversationDetailsParts,
  config: ConversationDetailsConfig,
): Source {
  const { clock, logger, settings, historical } = parts;
  const telemetry = createDetailsTelemetry(settings);
  const of = { receiver: settings.id, source: 'conversation_details' };
  const unreadable = countOf(settings.meter, POLLED_INSTRUMENTS.unreadable, of);
  const counted = new CountedConversations();
  const options = {
    lagMs: config.lag.ms,
    overlapMs: config.overlap.ms,
    pollIntervalMs: config.poll_interval.ms,
  };
  let readToMs = clock.nowMs() - options.lagMs;
  let isFirst = true;
  let window: DetailsWindow | undefined;

  async function poll(signal: AbortSignal): Promise<Polled> {
    window ??= nextWindow(readToMs, isFirst, clock.nowMs(), options);
    if (window === undefined) {
      return { kind: 'idle', waitMs: readToMs + options.lagMs + options.pollIntervalMs - clock.nowMs() };
    }
    for (let pageCount = 0; pageCount < MAX_PAGES; pageCount += 1) {
      const read = await readPage(window, signal);
      if (read.kind === 'failed') return read;
      if (read.kind === 'done') {
        finish(window, read.ungivenCount);
        return { kind: 'served', waitMs: 0 };
      }
      window = read.window;
      if (read.kind === 'restart') return { kind: 'served', waitMs: NEXT_ROUND_MS };
    }
    const pending = pendingCount(window);
    logger.info({ source: of.source, pending }, 'more conversations than one round takes; the rest follows');
    return { kind: 'served', waitMs: NEXT_ROUND_MS };
  }

  async function readPage(present: DetailsWindow, signal: AbortSignal) {
    const answer = await historical.ask(detailsRequest(present, config.filter_mos_below), signal);
    if (answer.kind === 'failed') return answer;
    const page = readDetails(answer.body);
    if (page === undefined) return NO_PAGE;
    unreadable(page.faultCount);
    for (const detail of page.conversations) {
      const { conversationId, endedAtMs } = detail;
      // One that lasts comes again, in the window in which it ends.
      if (endedAtMs === undefined || !counted.count(conversationId, endedAtMs)) continue;
      telemetry.count(detail, config.mos_below);
    }
    return afterPage(present, page);
  }

  function finish({ fromMs, toMs }: DetailsWindow, ungivenCount: number): void {
    if (ungivenCount > 0) {
      telemetry.ungiven(ungivenCount);
      logger.warn(
        { source: of.source, ungivenCount },
        'the platform counts conversations that it does not give',
      );
    }
    window = undefined;
    isFirst = false;
    readToMs = toMs;
    counted.forgetBefore(fromMs);
  }

  const endObservation = telemetry.observePending(() => (window === undefined ? 0 : pendingCount(window)));
  const source = new PollingSource({
    name: of.source,
    clock,
    logger,
    telemetry: parts.telemetry.ofSource(of.source),
    rules: RULES,
    poll,
    tellStatus: (reason) => parts.tellStatus(of.source, reason),
  });
  return {
    start: () => source.start(),
    stop: async () => {
      endObservation();
      await source.stop();
    },
  };
}
