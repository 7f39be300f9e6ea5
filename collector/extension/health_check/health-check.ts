// Serves the health of the process. It listens from its own start to its own end, so that it can say 503 while the
// rest is still starting and while it stops. List it first in `service.extensions` to have it up longest.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Component, HealthReport, Host } from '../../component.ts';
import { HttpListener, pathOf } from '../../http-listener.ts';
import type { HealthCheckConfig } from './factory.ts';

export class HealthCheck implements Component {
  readonly #config: HealthCheckConfig;
  #listener: HttpListener | undefined;

  constructor(config: HealthCheckConfig) {
    this.#config = config;
  }

  get boundAddress(): string | undefined {
    return this.#listener?.boundAddress;
  }

  async start({ health }: Host): Promise<void> {
    const { host, port } = this.#config.endpoint;
    this.#listener = new HttpListener(host, port, (request, response) =>
      this.#answer(request, response, health.report()),
    );
    await this.#listener.start();
  }

  async shutdown(): Promise<void> {
    await this.#listener?.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse, report: HealthReport): void {
    if (pathOf(request.url) !== this.#config.path) {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    response
      .writeHead(report.status === 'ok' ? 200 : 503, {
        'content-type': 'application/json',
        'cache-control': 'no-store',
      })
      .end(`${JSON.stringify(healthBody(report))}\n`);
  }
}

/** The body of an answer: state, time of readiness, and each component's own state. */
function healthBody({ status, upSinceMs, components }: HealthReport): object {
  return {
    status,
    ...(upSinceMs !== undefined && { upSince: new Date(upSinceMs).toISOString() }),
    components: Object.fromEntries(
      Array.from(components, ([key, { kind, ...detail }]) => [key, { status: kind, ...detail }]),
    ),
  };
}
