// The receiver's life: builds what its sources share, and starts and stops them.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Consumer, Host, Settings } from '../../collector/component.ts';
import { readAuthorities } from '../../collector/egress/authorities.ts';
import { egressOf } from '../../collector/egress/egress-config.ts';
import { GuardedGetter, type GuardedGetterOptions } from '../../collector/egress/guarded-getter.ts';
import { type ClientAuthenticator, requireClientAuth } from '../../collector/extension/authenticator.ts';
import { Admission } from '../admission.ts';
import { compileFilter } from '../filter-expression/compile.ts';
import { parseFilter } from '../filter-expression/parse.ts';
import { reachOf, reachWarning } from '../filter-expression/reach.ts';
import { createAgentPseudonym } from '../guide-event/agent-pseudonym.ts';
import { GuideDecoder } from '../guide-event/decode-body.ts';
import { sweepRegularly } from '../http/session-sweep.ts';
import type { QualityBatch } from '../sample.ts';
import type { GenesysCloudConfig } from './factory.ts';
import { createGenesysTelemetry } from './instruments.ts';
import { Listening } from './listening.ts';
import { PulledIntake } from './pulled-intake.ts';
import { eventsUrl } from './realtime/events-url.ts';
import { RealtimeSource } from './realtime/realtime-source.ts';
import { RequestQuota } from './request-quota.ts';

/** The part of the getter that is used here. */
export type Getter = Pick<GuardedGetter, 'get' | 'close'>;

interface Open {
  readonly getter: Getter;
  readonly source: RealtimeSource;
  readonly sweepTimer: Timer;
}

/** No byte for so many sampling intervals, heartbeats counted: the connection is taken for dead (the guide's gap). */
const SILENT_INTERVALS = 3;

export class GenesysCloudReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: GenesysCloudConfig;
  readonly #next: Consumer<QualityBatch>;
  readonly #createGetter: (options: GuardedGetterOptions) => Getter;
  #open: Open | undefined;

  constructor(
    settings: Settings,
    config: GenesysCloudConfig,
    next: Consumer<QualityBatch>,
    createGetter = (options: GuardedGetterOptions): Getter => new GuardedGetter(options),
  ) {
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#createGetter = createGetter;
  }

  /** The platform need not be there: the first try is made after the start, like all others. */
  async start(host: Host): Promise<void> {
    const { clock } = this.#settings;
    const { timeout, egress, tls, auth, session_timeout, max_sessions } = this.#config;
    const authenticator = auth === undefined ? undefined : requireClientAuth(host, auth);
    const ca = tls.ca_file === '' ? undefined : await readAuthorities(tls.ca_file);
    const getter = this.#createGetter({
      timeoutMs: timeout.ms,
      egress: egressOf(egress),
      maxConnections: 1,
      clock,
      ca,
    });
    const admission = new Admission({ maxSessions: max_sessions, sessionTimeoutMs: session_timeout.ms });
    const listening = new Listening(clock.nowMs());
    const source = this.#realtimeSource({ authenticator, getter, admission, listening });
    const sweepTimer = sweepRegularly(clock, session_timeout.ms, (nowMs) =>
      admission.sweep(listening.listenedMs(nowMs)),
    );
    this.#open = { getter, source, sweepTimer };
    this.#warnOfFilters();
    this.#settings.reportStatus({ kind: 'ok' });
    source.start();
  }

  /** What is being handed on is waited for until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    open.sweepTimer.cancel();
    await Promise.race([open.source.stop(), aborted(deadline)]);
    await open.getter.close();
  }

  #realtimeSource({
    authenticator,
    getter,
    admission,
    listening,
  }: {
    readonly authenticator: ClientAuthenticator | undefined;
    readonly getter: Getter;
    readonly admission: Admission;
    readonly listening: Listening;
  }): RealtimeSource {
    const { clock, logger } = this.#settings;
    const { base_url, region, realtime, filter, session_timeout, dimensions, agent_id_hmac_key } =
      this.#config;
    const telemetry = createGenesysTelemetry(this.#settings);
    const intake = new PulledIntake({
      clock,
      logger,
      decoder: new GuideDecoder({
        dimensions,
        ...(agent_id_hmac_key !== undefined && { pseudonymOf: createAgentPseudonym(agent_id_hmac_key) }),
      }),
      admission,
      next: this.#next,
      telemetry,
      sessionTimeoutMs: session_timeout.ms,
      ...(filter !== undefined && { passes: compileFilter(filter) }),
    });
    return new RealtimeSource({
      clock,
      logger,
      telemetry: telemetry.ofSource('realtime'),
      getter,
      authenticator,
      intake,
      listening,
      quota: new RequestQuota(clock.nowMs()),
      url: eventsUrl(new URL(base_url ?? `https://api.${region}`), {
        eventTypes: realtime.event_types,
        filter: realtime.filter,
      }),
      silenceMs: SILENT_INTERVALS * realtime.sampling_interval.ms,
      pollIntervalMs: realtime.poll_interval.ms,
      reportStatus: (status) => this.#settings.reportStatus(status),
    });
  }

  #warnOfFilters(): void {
    const { filter, realtime } = this.#config;
    for (const [key, text] of Object.entries({ filter, 'realtime.filter': realtime.filter })) {
      const warning = text === undefined ? undefined : reachWarning(reachOf(parseFilter(text)));
      if (warning !== undefined) this.#settings.logger.warn({ key }, warning);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
