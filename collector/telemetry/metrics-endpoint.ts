// A small HTTP server that answers GET on one path with Prometheus text. Used for our own telemetry and by the
// `prometheus` exporter. It knows nothing of what it serves.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpListener, pathOf } from '../http-listener.ts';

export interface MetricsEndpointOptions {
  readonly host: string;
  /** 0 takes any free port; `port` tells which after `start`. */
  readonly port: number;
  readonly path: string;
  /** The text of one scrape. A rejection is answered with 500 and its message. */
  render(): Promise<string>;
}

export class MetricsEndpoint {
  readonly #options: MetricsEndpointOptions;
  readonly #listener: HttpListener;

  constructor(options: MetricsEndpointOptions) {
    this.#options = options;
    this.#listener = new HttpListener(options.host, options.port, (request, response) =>
      this.#answer(request, response),
    );
  }

  /** The bound port; 0 before `start`. */
  get port(): number {
    return this.#listener.port;
  }

  /** `host:port`; undefined before `start` and after `close`. */
  get boundAddress(): string | undefined {
    return this.#listener.boundAddress;
  }

  async start(): Promise<void> {
    await this.#listener.start();
  }

  /** Safe before `start` and twice. */
  async close(): Promise<void> {
    await this.#listener.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { path, render } = this.#options;
    if (pathOf(request.url) !== path) {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    render().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error: unknown) => response.writeHead(500).end(`# ${String(error)}\n`),
    );
  }
}
