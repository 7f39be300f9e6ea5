// An OTLP metrics backend on loopback: decodes what it is sent, answers as told, and lets its owner wait for requests.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeRequest } from './otlp-decode.ts';
import type { DecodedMetric, DecodedPoint, DecodedRequest } from './otlp-request.ts';

/** `hang` never answers; otherwise the status, with any headers and body. */
export type SinkAnswer =
  'hang' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export interface ReceivedRequest extends DecodedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

const OK: SinkAnswer = { status: 200 };

export class OtlpSink {
  /** Every request whose body was read, in order of arrival, whatever it was answered. */
  readonly requests: ReceivedRequest[] = [];
  /** How many requests their sender gave up before they were answered. */
  abandonedCount = 0;
  readonly #answers: SinkAnswer[] = [];
  readonly #waiting: (() => void)[] = [];
  #server: Server | undefined;

  /** `http://127.0.0.1:…`, without a path. */
  get url(): string {
    const { port } = this.#server!.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      response.on('close', () => {
        if (response.writableFinished) return;
        this.abandonedCount++;
        this.#wake();
      });
      this.#take(request).then(
        () => {
          const answer = this.#answers.shift() ?? OK;
          if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body);
        },
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The answers to the next requests, in order; after them every request is answered with 200. */
  answerNext(...answers: SinkAnswer[]): void {
    this.#answers.push(...answers);
  }

  /** Resolves when `count` requests have arrived since the sink was made. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await this.#change();
  }

  /** Resolves when `count` requests have been given up since the sink was made. */
  async abandoned(count: number): Promise<void> {
    while (this.abandonedCount < count) await this.#change();
  }

  /** Forgets the requests so far. */
  clear(): void {
    this.requests.length = 0;
  }

  /** All points of a metric over all requests since the last `clear`. */
  points(name: string): DecodedPoint[] {
    return this.metrics(name).flatMap(({ points }) => points);
  }

  /** A metric of that name in each request that had one. */
  metrics(name: string): DecodedMetric[] {
    return this.requests.flatMap(({ metrics }) => metrics.filter((metric) => metric.name === name));
  }

  async #take(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const decoded = decodeRequest(request.headers, Buffer.concat(chunks));
    this.requests.push({ path: request.url ?? '', headers: request.headers, ...decoded });
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
