// The exporter `queue`: a local alert queue that needs no network to take an alert, listed over HTTP.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Timer } from '../../collector/clock.ts';
import type { Component, Host, Settings } from '../../collector/component.ts';
import type { ListenAddress } from '../../collector/config/fields.ts';
import {
  requireServerAuth,
  type AuthReference,
  type ServerAuthenticator,
} from '../../collector/extension/authenticator.ts';
import type { Statement } from '../../collector/extension/storage.ts';
import { HttpListener } from '../../collector/http-listener.ts';
import { logsExporterTelemetry } from '../../collector/telemetry/names.ts';
import type { Destination } from '../outbox/destination.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Severity, Transition } from '../transition/transition.ts';
import {
  alertStatement,
  CREATE_ALERTS,
  readAlerts,
  removeOldAlerts,
  type AlertStatus,
} from './alert-table.ts';

export interface QueueOptions {
  readonly endpoint: ListenAddress;
  readonly name: string;
  readonly skill: string;
  readonly minSeverity: Severity;
  readonly keepResolvedMs: number;
  readonly auth: AuthReference | undefined;
}

const PATH = '/v1/queue';
const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 10_000;
const SWEEP_MS = 3_600_000;

export class Queue implements Component, Destination {
  readonly destinationId: string;
  readonly minSeverity: Severity;
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #options: QueueOptions;
  readonly #listener: HttpListener;
  readonly #telemetry;
  #auth: ServerAuthenticator | undefined;
  #sweep: Timer | undefined;

  constructor(settings: Settings, outbox: Outbox, options: QueueOptions) {
    this.destinationId = settings.id;
    this.minSeverity = options.minSeverity;
    this.#settings = settings;
    this.#outbox = outbox;
    this.#options = options;
    this.#telemetry = logsExporterTelemetry(settings.meter, settings.id);
    this.#listener = new HttpListener(options.endpoint.host, options.endpoint.port, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        settings.logger.error({ err: error }, 'the alerts could not be listed');
        if (!response.headersSent) sendJson(response, 500, { error: 'the alerts could not be read' });
      });
    });
  }

  get boundAddress(): string | undefined {
    return this.#listener.boundAddress;
  }

  async start(host: Host): Promise<void> {
    const { auth } = this.#options;
    if (auth !== undefined) this.#auth = requireServerAuth(host, auth);
    await this.#outbox.incidents.commit(CREATE_ALERTS);
    await this.#removeOld();
    this.#sweep = this.#settings.clock.every(SWEEP_MS, () => {
      this.#removeOld().catch((error: unknown) =>
        this.#settings.logger.error({ err: error }, 'old alerts could not be removed'),
      );
    });
    await this.#listener.start();
    this.#settings.reportStatus({ kind: 'ok' });
  }

  statementsFor(transition: Transition): readonly Statement[] {
    return [alertStatement(this.destinationId, transition)];
  }

  /** The commit of the transition was the delivery. */
  committed(transitionCount: number): void {
    this.#telemetry.sent(transitionCount);
  }

  async shutdown(): Promise<void> {
    this.#sweep?.cancel();
    await this.#listener.close();
  }

  async #removeOld(): Promise<void> {
    const beforeMs = this.#settings.clock.nowMs() - this.#options.keepResolvedMs;
    await this.#outbox.incidents.commit([removeOldAlerts(this.destinationId, beforeMs)]);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    if (this.#auth !== undefined && !this.#auth.authenticate({ authorization })) {
      response.setHeader('www-authenticate', 'Bearer');
      sendJson(response, 401, { error: 'a valid credential is needed' });
      return;
    }
    const [path, search = ''] = (request.url ?? '/').split('?', 2);
    if (path !== PATH) {
      sendJson(response, 404, { error: `not found; the alerts are at ${PATH}` });
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      sendJson(response, 405, { error: 'only GET is allowed' });
      return;
    }
    const query = parseQuery(new URLSearchParams(search));
    if (typeof query === 'string') {
      sendJson(response, 400, { error: query });
      return;
    }
    const alerts = await readAlerts(this.#outbox.incidents, this.destinationId, query);
    const { name, skill } = this.#options;
    sendJson(response, 200, { queue: name, skill, alerts });
  }
}

/** What to list, or a sentence that says what is wrong. */
function parseQuery(
  parameters: URLSearchParams,
): { status: AlertStatus | undefined; limit: number } | string {
  const status = parameters.get('status') ?? undefined;
  if (status !== undefined && status !== 'open' && status !== 'resolved')
    return 'status must be open or resolved';
  const text = parameters.get('limit') ?? String(DEFAULT_LIMIT);
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > MAX_LIMIT)
    return `limit must be a number from 1 to ${MAX_LIMIT}`;
  return { status, limit };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' });
  response.end(JSON.stringify(body));
}
