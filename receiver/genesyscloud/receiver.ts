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
import type { GenesysCloudConfig } from './factory.ts';
import { createGenesysTelemetry } from './instruments.ts';
import type { Listening } from './listening.ts';
import { createNotifications } from './notifications/create-notifications.ts';
import { PlatformClient } from './platform/platform-client.ts';
import { RequestQuota } from './platform/request-quota.ts';
import { PulledIntake, type PulledIntakeParts } from './pulled-intake.ts';
import { createRealtime } from './realtime/create-realtime.ts';
import type { Source, SourceParts } from './source.ts';
import { SourceStatuses } from './source-statuses.ts';

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

/** A stream each for the sources that have one, and one more for all short exchanges at a time. */
const MAX_CONNECTIONS = 2;

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
    const { base_url, region, timeout, egress, tls, auth, realtime, notifications } = this.#config;
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
    const parts: SourceParts = {
      clock,
      logger,
      baseUrl,
      authenticator,
      getter: wire.getter,
      webSockets: wire.webSockets,
      platform: new PlatformClient({ clock, client: wire.client, baseUrl, authenticator, quota }),
      quota,
      telemetry,
      intakeFor: (listening) => this.#intake(listening, telemetry, sweepTimers),
      agentIdOf: this.#pseudonymOf ?? ((userId) => userId),
      tellStatus: (source, reason) => this.#statuses.tell(source, reason),
    };
    const sources = [
      ...(realtime.enabled ? [createRealtime(parts, realtime)] : []),
      ...(notifications.enabled ? [createNotifications(parts, this.#config)] : []),
    ];
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

  #intake(
    listening: Listening,
    telemetry: PulledIntakeParts['telemetry'],
    sweepTimers: Timer[],
  ): PulledIntake {
    const { clock, logger } = this.#settings;
    const { filter, session_timeout, max_sessions, dimensions } = this.#config;
    const sessionTimeoutMs = session_timeout.ms;
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
      ...(filter !== undefined && { passes: compileFilter(filter) }),
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
