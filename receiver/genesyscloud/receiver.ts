// The receiver's life: builds what its sources share, and starts and stops them.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Consumer, Host, Settings } from '../../collector/component.ts';
import { readAuthorities } from '../../collector/egress/authorities.ts';
import { egressOf } from '../../collector/egress/egress-config.ts';
import { GuardedClient, type GuardedClientOptions } from '../../collector/egress/guarded-client.ts';
import { GuardedGetter } from '../../collector/egress/guarded-getter.ts';
import { GuardedWebSockets } from '../../collector/egress/guarded-web-socket.ts';
import { requireClientAuth } from '../../collector/extension/authenticator.ts';
import { Admission } from '../admission.ts';
import { compileFilter } from '../filter-expression/compile.ts';
import { createAgentPseudonym } from '../guide-event/agent-pseudonym.ts';
import { GuideDecoder } from '../guide-event/decode-body.ts';
import { sweepRegularly } from '../http/session-sweep.ts';
import type { QualityBatch } from '../sample.ts';
import { ConversationBook } from './conversation-book.ts';
import { createConversationDetails } from './conversation-details/create-conversation-details.ts';
import type { GenesysCloudConfig } from './factory.ts';
import { createGenesysTelemetry } from './instruments.ts';
import type { Listening } from './listening.ts';
import { createNotifications } from './notifications/create-notifications.ts';
import { createMediaStatistics } from './media-statistics/create-media-statistics.ts';
import { HistoricalClient } from './platform/historical-client.ts';
import { PlatformClient } from './platform/platform-client.ts';
import { RequestQuota } from './platform/request-quota.ts';
import { PulledIntake, type PulledIntakeParts } from './pulled-intake.ts';
import { createQuery } from './query/create-query.ts';
import { createRealtime } from './realtime/create-realtime.ts';
import type { IntakeOptions, Source, SourceParts } from './source.ts';
import { SourceStatuses } from './source-statuses.ts';
import { StreamGaps } from './stream-gaps.ts';

/** How the platform is reached: tests reach a stand-in in memory. */
export interface Wire {
  readonly getter: Pick<GuardedGetter, 'get' | 'close'>;
  readonly client: Pick<GuardedClient, 'exchange' | 'close'>;
  readonly webSockets: Pick<GuardedWebSockets, 'open'>;
}

interface Open {
  readonly wire: Wire;
  readonly sources: readonly Source[];
  readonly sweepTimers: readonly Timer[];
}

/** Of each client: as many as there are sources. */
const MAX_CONNECTIONS = 4;

export class GenesysCloudReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: GenesysCloudConfig;
  readonly #next: Consumer<QualityBatch>;
  readonly #createWire: (options: GuardedClientOptions) => Wire;
  readonly #statuses: SourceStatuses;
  readonly #pseudonymOf: ((userId: string) => string) | undefined;
  #open: Open | undefined;

  constructor(
    settings: Settings,
    config: GenesysCloudConfig,
    next: Consumer<QualityBatch>,
    createWire = (options: GuardedClientOptions): Wire => ({
      getter: new GuardedGetter(options),
      client: new GuardedClient(options),
      webSockets: new GuardedWebSockets(options),
    }),
  ) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#createWire = createWire;
    const { agent_id_hmac_key } = config;
    this.#pseudonymOf = agent_id_hmac_key && createAgentPseudonym(agent_id_hmac_key);
    this.#statuses = new SourceStatuses((status) => settings.reportStatus(status));
  }

  async start(host: Host): Promise<void> {
    const { clock, logger } = this.#settings;
    const { base_url, region, timeout, egress, tls, auth } = this.#config;
    const authenticator = auth === undefined ? undefined : requireClientAuth(host, auth);
    const wire = this.#createWire({
      timeoutMs: timeout.ms,
      egress: egressOf(egress),
      maxConnections: MAX_CONNECTIONS,
      clock,
      ca: tls.ca_file === '' ? undefined : await readAuthorities(tls.ca_file),
    });
    const baseUrl = new URL(base_url ?? `https://api.${region}`);
    const quota = new RequestQuota(clock.nowMs());
    const telemetry = createGenesysTelemetry(this.#settings);
    const sweepTimers: Timer[] = [];
    const platform = new PlatformClient({ clock, client: wire.client, baseUrl, authenticator, quota });
    const requestsPerMinute = this.#config.historical_requests_per_minute;
    const book = this.#conversationBook();
    const parts: SourceParts = {
      clock,
      logger,
      baseUrl,
      authenticator,
      getter: wire.getter,
      webSockets: wire.webSockets,
      platform,
      quota,
      historical: new HistoricalClient({ clock, platform, requestsPerMinute }),
      telemetry,
      intakeFor: (listening, options) => this.#intake(listening, telemetry, sweepTimers, book, options),
      agentIdOf: this.#pseudonymOf ?? ((userId) => userId),
      tellStatus: (source, reason) => this.#statuses.tell(source, reason),
    };
    const sources = this.#sources(parts, book);
    this.#open = { wire, sources, sweepTimers };
    this.#settings.reportStatus({ kind: 'ok' });
    for (const source of sources) source.start();
  }

  /** What is being handed on is waited for until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    for (const timer of open.sweepTimers) timer.cancel();
    await Promise.race([Promise.all(open.sources.map((source) => source.stop())), aborted(deadline)]);
    await Promise.all([open.wire.getter.close(), open.wire.client.close()]);
  }

  #sources(parts: SourceParts, book: ConversationBook | undefined): Source[] {
    const { realtime, notifications, media_statistics, query, conversation_details, session_timeout } =
      this.#config;
    const settings = this.#settings;
    const gaps = realtime.enabled && query.enabled ? new StreamGaps(query.lag.ms) : undefined;
    const stream = { eventTypes: realtime.event_types, filter: realtime.filter };
    const sources: Source[] = [];
    if (realtime.enabled) sources.push(createRealtime(parts, realtime, gaps));
    if (notifications.enabled) sources.push(createNotifications(parts, this.#config));
    if (book !== undefined) {
      const sessionTimeoutMs = session_timeout.ms;
      sources.push(createMediaStatistics({ ...parts, settings, book, sessionTimeoutMs }, media_statistics));
    }
    if (query.enabled) {
      const missed = gaps && { stream, gaps };
      sources.push(createQuery({ ...parts, settings, ...(missed && { missed }) }, query));
    }
    if (conversation_details.enabled) {
      sources.push(createConversationDetails({ ...parts, settings }, conversation_details));
    }
    return sources;
  }

  /** Kept for the source that asks for conversations, and only for it. */
  #conversationBook(): ConversationBook | undefined {
    const { media_statistics, session_timeout } = this.#config;
    if (!media_statistics.enabled) return undefined;
    return new ConversationBook({ intervalMs: media_statistics.interval.ms, silenceMs: session_timeout.ms });
  }

  #intake(
    listening: Listening,
    telemetry: PulledIntakeParts['telemetry'],
    sweepTimers: Timer[],
    book: ConversationBook | undefined,
    { sessionTimeoutMs = this.#config.session_timeout.ms, heard }: IntakeOptions = {},
  ): PulledIntake {
    const { clock, logger } = this.#settings;
    const { filter, max_sessions, dimensions } = this.#config;
    const admission = new Admission({ maxSessions: max_sessions, sessionTimeoutMs });
    const sweep = (nowMs: number) => admission.sweep(listening.listenedMs(nowMs));
    sweepTimers.push(sweepRegularly(clock, sessionTimeoutMs, sweep));
    return new PulledIntake({
      clock,
      logger,
      decoder: new GuideDecoder({
        dimensions,
        ...(this.#pseudonymOf !== undefined && { pseudonymOf: this.#pseudonymOf }),
      }),
      admission,
      next: this.#next,
      telemetry,
      sessionTimeoutMs,
      heard,
      taken: book && ((records) => book.hear(records, clock.nowMs())),
      ...(filter !== undefined && { passes: compileFilter(filter) }),
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
