// The receiver's life: builds its parts, and starts and stops them together.
import type { Timer } from '../../collector/clock.ts';
import type { Component, Consumer, Host, Settings } from '../../collector/component.ts';
import { requireServerAuth } from '../../collector/extension/authenticator.ts';
import { Admission } from '../admission.ts';
import { compileFilter } from '../filter-expression/compile.ts';
import { ReadingEngine } from '../get-stats/reading-engine.ts';
import { createAgentPseudonym } from '../guide-event/agent-pseudonym.ts';
import { DrainingServer } from '../../collector/draining-server.ts';
import { PendingBytes } from '../http/pending-bytes.ts';
import { sweepRegularly } from '../http/session-sweep.ts';
import type { QualityBatch } from '../sample.ts';
import type { BrowserConfig } from './factory.ts';
import { Intake } from './intake.ts';
import { originJudge } from './origin.ts';
import { createBrowserApp } from './routes.ts';
import { SessionBudget } from './session-budget.ts';
import { SessionGate } from './session-gate.ts';
import { SessionTokens } from './session-token.ts';
import { createBrowserTelemetry } from './telemetry.ts';

export class BrowserReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: BrowserConfig;
  readonly #next: Consumer<QualityBatch>;
  readonly #admission: Admission;
  readonly #engine: ReadingEngine;
  readonly #budget: SessionBudget;
  readonly #server: DrainingServer;
  #sweepTimer: Timer | undefined;

  constructor(settings: Settings, config: BrowserConfig, next: Consumer<QualityBatch>) {
    const { max_sessions: maxSessions, session_timeout, per_session } = config;
    const bounds = { maxSessions, sessionTimeoutMs: session_timeout.ms };
    this.#settings = settings;
    this.#config = config;
    this.#next = next;
    this.#admission = new Admission(bounds);
    this.#engine = new ReadingEngine(bounds);
    this.#budget = new SessionBudget({
      maxSessions,
      requestsPerMinute: per_session.requests_per_minute,
      bytesPerMinute: per_session.bytes_per_minute,
    });
    this.#server = new DrainingServer(config.endpoint);
  }

  get boundAddress(): string | undefined {
    return this.#server.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { clock } = this.#settings;
    await this.#server.start(this.#createApp(host));
    this.#sweepTimer = sweepRegularly(clock, this.#config.session_timeout.ms, (nowMs) => {
      this.#admission.sweep(nowMs);
      this.#engine.sweep(nowMs);
      this.#budget.sweep(nowMs);
    });
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#sweepTimer?.cancel();
    await this.#server.shutdown(deadline);
  }

  #createApp(host: Host) {
    const { clock, logger } = this.#settings;
    const config = this.#config;
    const telemetry = createBrowserTelemetry(this.#settings);
    const authenticator = config.auth === undefined ? undefined : requireServerAuth(host, config.auth);
    const tokens = this.#sessionTokens();
    const required = config.session_tokens?.required === true;
    const gate = new SessionGate({ ...(tokens !== undefined && { tokens }), required, telemetry });
    const crashPoint = (name: string) => this.#settings.crashPoint(name);
    return createBrowserApp({
      path: config.path,
      maxBodyBytes: config.max_body_bytes,
      pending: new PendingBytes(config.max_pending_bytes, clock),
      judgeOrigin: originJudge(config.allowed_origins, required),
      gate,
      intake: this.#createIntake(gate, telemetry, crashPoint),
      logger,
      telemetry,
      // Without anybody who may ask for them, tokens are signed elsewhere, by who has the key.
      ...(tokens !== undefined && authenticator !== undefined && { tokens }),
      isServer: (headers) => authenticator?.authenticate(headers) === true,
      isStopping: () => this.#server.isStopping,
      crashPoint,
    });
  }

  #createIntake(
    gate: SessionGate,
    telemetry: ReturnType<typeof createBrowserTelemetry>,
    crashPoint: (name: string) => void,
  ): Intake {
    const { filter, dimensions, agent_id_hmac_key: hmacKey, max_sessions, session_timeout } = this.#config;
    return new Intake({
      clock: this.#settings.clock,
      gate,
      budget: this.#budget,
      engine: this.#engine,
      admission: this.#admission,
      identityRules: {
        dimensions,
        ...(hmacKey !== undefined && { pseudonymOf: createAgentPseudonym(hmacKey) }),
      },
      next: this.#next,
      telemetry,
      maxSessions: max_sessions,
      sessionTimeoutMs: session_timeout.ms,
      ...(filter !== undefined && { passes: compileFilter(filter) }),
      crashPoint,
    });
  }

  #sessionTokens(): SessionTokens | undefined {
    const { session_tokens: config } = this.#config;
    if (config === undefined) return undefined;
    const { signing_key: key, signing_keys: keys = [], lifetime } = config;
    return new SessionTokens(key === undefined ? keys : [key], lifetime.ms, this.#settings.clock);
  }
}
