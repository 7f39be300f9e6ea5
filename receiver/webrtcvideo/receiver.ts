// The receiver's life: builds its parts, binds its address, and on shutdown lets what has begun come to its end.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress } from '../../collector/address.ts';
import type { Timer } from '../../collector/clock.ts';
import type { Component, Consumer, Host, Settings } from '../../collector/component.ts';
import { requireServerAuth } from '../../collector/extension/authenticator.ts';
import { Admission } from '../admission.ts';
import { createAgentPseudonym } from '../guide-event/agent-pseudonym.ts';
import { GuideDecoder } from '../guide-event/decode-body.ts';
import type { QualityBatch } from '../sample.ts';
import type { WebrtcVideoConfig } from './factory.ts';
import { Intake } from './intake.ts';
import { PendingBytes } from './pending-bytes.ts';
import { createApp } from './routes.ts';
import { createReceiverTelemetry } from './telemetry.ts';

/** How long a sender may take over its headers and over the whole of its request, so that slow ones can't pile up. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 5_000;

/** Silent sessions are looked for six times per timeout, within these bounds. */
const [SHORTEST_SWEEP_MS, LONGEST_SWEEP_MS] = [1_000, 10_000];

export class WebrtcVideoReceiver implements Component {
  readonly #settings: Settings;
  readonly #config: WebrtcVideoConfig;
  readonly #admission: Admission;
  readonly #intake: Intake;
  readonly #pending: PendingBytes;
  #server: Server | undefined;
  #sweepTimer: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings, config: WebrtcVideoConfig, next: Consumer<QualityBatch>) {
    const { clock } = settings;
    const maxSessions = config.max_sessions;
    const sessionTimeoutMs = config.session_timeout.ms;
    const hmacKey = config.agent_id_hmac_key;
    this.#settings = settings;
    this.#config = config;
    this.#admission = new Admission({ maxSessions, sessionTimeoutMs });
    this.#pending = new PendingBytes(config.max_pending_bytes, clock);
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
      crashPoint: (name) => settings.crashPoint(name),
    });
  }

  /** `host:port` as bound; undefined before `start` and after `shutdown`. */
  get boundAddress(): string | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address == null ? undefined : formatAddress(this.#config.endpoint.host, address.port);
  }

  async start(host: Host): Promise<void> {
    const { auth, endpoint } = this.#config;
    const authenticator = auth === undefined ? undefined : requireServerAuth(host, auth);
    const app = createApp({
      path: this.#config.path,
      maxBodyBytes: this.#config.max_body_bytes,
      pending: this.#pending,
      intake: this.#intake,
      logger: this.#settings.logger,
      isAllowed: (headers) => authenticator === undefined || authenticator.authenticate(headers),
      isStopping: () => this.#closing !== undefined,
      crashPoint: (name) => this.#settings.crashPoint(name),
    });
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      },
      app,
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: endpoint.host, port: endpoint.port }, resolve);
    });
    this.#server = server;
    this.#startSweeping();
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#sweepTimer?.cancel();
    this.#closing ??= new Promise<void>((resolve) => server.close(() => resolve()));
    // Requests under way are answered; at the deadline those that are left are cut off.
    const cut = () => server.closeAllConnections();
    if (deadline.aborted) cut();
    else deadline.addEventListener('abort', cut, { once: true });
    await this.#closing;
    deadline.removeEventListener('abort', cut);
    this.#server = undefined;
  }

  #startSweeping(): void {
    const { clock } = this.#settings;
    const sixthMs = this.#config.session_timeout.ms / 6;
    const intervalMs = Math.min(Math.max(sixthMs, SHORTEST_SWEEP_MS), LONGEST_SWEEP_MS);
    this.#sweepTimer = clock.every(intervalMs, () => this.#admission.sweep(clock.nowMs()));
  }
}
