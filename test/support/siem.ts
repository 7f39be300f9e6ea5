// A SIEM on loopback: records every request, answers as told, and deduplicates by X-Idempotency-Key as a good one does.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SiemBody {
  readonly incident_type: string;
  readonly incident_id: string;
  readonly incident_key: string;
  readonly session_id: string;
  readonly severity: string;
  readonly transition: string;
  readonly sequence: number;
  readonly suppressed_count: number;
  readonly trigger_timestamp: string;
  readonly occurred_at: string;
  readonly reasons: readonly {
    readonly rule: string;
    readonly value?: number;
    readonly threshold?: number;
  }[];
  readonly metrics: Readonly<Record<string, number>>;
}

export interface SiemRequest {
  readonly key: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: SiemBody;
  /** What it was answered; undefined when it was not. */
  readonly status: number | undefined;
}

/** `hang` never answers; `reset` cuts the connection; `after` takes effect before the answer is lost. */
export type SiemAnswer =
  | number
  | 'hang'
  | 'reset'
  | 'processed-then-reset'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export class Siem {
  /** Every request, in order of arrival. */
  readonly requests: SiemRequest[] = [];
  /** What took effect, by key: the first request of each key that was processed. */
  readonly effects = new Map<string, SiemBody>();
  /** Requests whose key had taken effect before. */
  repeatCount = 0;
  /** The answer to everything that `answerNext` does not cover, or what decides it by the request's key. */
  answer: SiemAnswer | ((key: string) => SiemAnswer) = 200;
  readonly #next: SiemAnswer[] = [];
  readonly #waiting: (() => void)[] = [];
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/api/v1/incidents/webrtc`;
  }

  /** Starts, on the same port as before when it ran already. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#take(request.headers, Buffer.concat(chunks).toString('utf8'), response));
      request.on('error', () => {});
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The answers to the next requests, in order. */
  answerNext(...answers: SiemAnswer[]): void {
    this.#next.push(...answers);
  }

  /** Resolves when `count` requests have arrived since the start. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** What took effect of one session, in order: `opened high mos+bitrate`. */
  story(sessionId?: string): string[] {
    return [...this.effects.values()]
      .filter((body) => sessionId === undefined || body.session_id === sessionId)
      .map((body) => `${body.transition} ${body.severity} ${body.reasons.map(({ rule }) => rule).join('+')}`);
  }

  #take(headers: IncomingHttpHeaders, text: string, response: ServerResponse): void {
    const key = String(headers['x-idempotency-key']);
    const otherwise = typeof this.answer === 'function' ? this.answer(key) : this.answer;
    const answer = this.#next.shift() ?? otherwise;
    const body = JSON.parse(text) as SiemBody;
    const status =
      typeof answer === 'object' ? answer.status : typeof answer === 'number' ? answer : undefined;
    this.requests.push({ key, headers, text, body, status });
    const isProcessed =
      answer === 'processed-then-reset' || (status !== undefined && status >= 200 && status < 300);
    if (isProcessed && this.effects.has(key)) this.repeatCount += 1;
    if (isProcessed && !this.effects.has(key)) this.effects.set(key, body);
    for (const wake of this.#waiting.splice(0)) wake();
    if (answer === 'hang') return;
    if (answer === 'reset' || answer === 'processed-then-reset') {
      response.destroy();
      return;
    }
    const { headers: extra = {}, body: answerText = '' } = typeof answer === 'object' ? answer : {};
    response.writeHead(status!, extra).end(answerText);
  }
}
