// The receiver's life: builds its parts, and starts and stops them together.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Consumer, Host, Settings } from '../../collector/component.ts';
import { requireServerAuth } from '../../collector/extension/authenticator.ts';
import { Admission } from '../admission.ts';
import { compileFilter } from '../filter-expression/compile.ts';
import { createAgentPseudonym } from '../guide-event/agent-pseudonym.ts';
import { GuideDecoder } from '../guide-event/decode-body.ts';
import { DrainingServer } from '../../collector/draining-server.ts';
import { PendingBytes } from '../http/pending-bytes.ts';
import { sweepRegularly } from '../http/session-sweep.ts';
import type { QualityBatch } from '../sample.ts';
import type { WebrtcVideoConfig } from './factory.ts';
import { Intake } from './intake.ts';
import { createWebrtcVideoApp } from './routes.ts';
import { createReceiverTelemetry } from './telemetry.ts';

export class WebrtcVideoReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: WebrtcVideoConfig;
  readonly #admission: Admission;
  readonly #intake: Intake;
  readonly #pending: PendingBytes;
  readonly #server: DrainingServer;
  #sweepTimer: Timer | undefined;

  constructor(settings: Settings, config: WebrtcVideoConfig, next: Consumer<QualityBatch>) {
    const { clock } = settings;
    const maxSessions = config.max_sessions;
    const sessionTimeoutMs = config.session_timeout.ms;
    const { filter, agent_id_hmac_key: hmacKey } = config;
    this.#settings = settings;
    this.#config = config;
    this.#admission = new Admission({ maxSessions, sessionTimeoutMs });
    this.#pending = new PendingBytes(config.max_pending_bytes, clock);
    this.#server = new DrainingServer(config.endpoint);
    this.#intake = new Intake({
      clock,
      decoder: new GuideDecoder({
        dimensions: config.dimensions,
        ...(hmacKey !== undefined && { pseudonymOf: createAgentPseudonym(hmacKey) }),
      }),
      admission: this.#admission,
      next,
      telemetry: createReceiverTelemetry(settings),
      maxSessions,
      sessionTimeoutMs,
      ...(filter !== undefined && { passes: compileFilter(filter) }),
      crashPoint: (name) => settings.crashPoint(name),
    });
  }

  get boundAddress(): string | undefined {
    return this.#server.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { auth, path, max_body_bytes, session_timeout } = this.#config;
    const authenticator = auth === undefined ? undefined : requireServerAuth(host, auth);
    const app = createWebrtcVideoApp({
      path,
      maxBodyBytes: max_body_bytes,
      pending: this.#pending,
      intake: this.#intake,
      logger: this.#settings.logger,
      isAllowed: (headers) => authenticator === undefined || authenticator.authenticate(headers),
      isStopping: () => this.#server.isStopping,
      crashPoint: (name) => this.#settings.crashPoint(name),
    });
    await this.#server.start(app);
    this.#sweepTimer = sweepRegularly(this.#settings.clock, session_timeout.ms, (nowMs) =>
      this.#admission.sweep(nowMs),
    );
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#sweepTimer?.cancel();
    await this.#server.shutdown(deadline);
  }
}
