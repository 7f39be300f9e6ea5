// How the stand-in of Genesys Cloud is reached: over a real socket of this machine, or in memory on the virtual clock,
// where a day passes in seconds.
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../collector/clock.ts';
import { parseRetryAfter } from '../../collector/egress/retry-after.ts';
import { type GetAnswer, type GetRequest, SilentPeerError } from '../../collector/egress/guarded-getter.ts';
import type { ExchangeAnswer, ExchangeRequest } from '../../collector/egress/guarded-client.ts';
import {
  HandshakeRefusedError,
  type OpenWebSocket,
  type Received,
} from '../../collector/egress/guarded-web-socket.ts';
import type { TokenAnswer } from '../../collector/extension/oauth2client/token-request.ts';
import type { Wire } from '../../receiver/genesyscloud/receiver.ts';
import type { GenesysStandIn, Pipe, StandInAnswer } from './genesys-stand-in.ts';

const HEAD_TIMEOUT_MS = 10_000;

/** Serves the stand-in on a free port of loopback; over TLS with the key and certificate of `tls`. */
export async function serveGenesys(
  standIn: GenesysStandIn,
  tls?: { readonly key: string; readonly cert: string },
): Promise<{ url: string; stop(): Promise<void> }> {
  const answer: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers } = request;
      const url = new URL(request.url ?? '/', 'http://stand-in');
      const body = Buffer.concat(chunks).toString();
      const head = headers as Record<string, string | undefined>;
      void standIn.answer({ method, url, headers: head, body }).then((answer) => {
        if (answer.hangs) return;
        response.writeHead(answer.status, answer.headers);
        if (answer.stream === undefined) {
          response.end(answer.text);
          return;
        }
        response.flushHeaders();
        const gone = answer.stream({
          write: (text) => void response.write(text),
          end: () => void response.end(),
          cut: () => void response.destroy(),
        });
        response.on('close', gone);
      });
    });
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const { url = '' } = request;
    // Nothing can be sent before the answer is known, and the answer needs somebody to send to.
    let webSocket: WebSocket | undefined;
    const accepted = standIn.notifications.connect(url, {
      send: (text) => void webSocket?.send(text),
      close: (code) => void webSocket?.close(code),
      cut: () => void webSocket?.terminate(),
    });
    if (!('message' in accepted)) {
      const headers = Object.entries(accepted.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${accepted.status} Refused\r\n${headers.join('')}content-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      webSocket = opened;
      opened.on('message', (data: Buffer) => accepted.message(data.toString()));
      opened.on('close', () => accepted.gone());
      opened.on('error', () => {});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${tls === undefined ? 'http://127.0.0.1' : 'https://localhost'}:${(server.address() as AddressInfo).port}`,
    async stop() {
      sockets.clients.forEach((client) => client.terminate());
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the guarded pool would do over sockets, on the clock. What is written comes in pieces of any size. */
export function memoryWire(standIn: GenesysStandIn, clock: Clock): Wire {
  return {
    getter: memoryGetter(standIn, clock),
    client: memoryClient(standIn, clock),
    webSockets: {
      // A round trip: the head of the answer does not come in the turn of the request.
      open: async (url) => Promise.resolve(new MemoryWebSocket(standIn, new URL(url.reveal()))),
    },
  };
}

function memoryGetter(standIn: GenesysStandIn, clock: Clock): Wire['getter'] {
  return {
    async get<Read>(
      { url, headers, silenceMs }: GetRequest,
      signal: AbortSignal,
      read: (answer: GetAnswer) => Promise<Read>,
    ): Promise<Read> {
      const answer = await standIn.answer({ method: 'GET', url, headers, body: '' });
      if (answer.hangs) {
        await waitFor(clock, HEAD_TIMEOUT_MS, signal);
        throw new Error(`no answer within ${HEAD_TIMEOUT_MS} ms`);
      }
      const body = new MemoryBody(clock, silenceMs, signal);
      const gone = answer.stream?.(body);
      if (answer.stream === undefined) {
        body.write(answer.text ?? '');
        body.end();
      }
      try {
        return await read({ status: answer.status, header: (name) => answer.headers?.[name], body });
      } finally {
        gone?.();
      }
    },
    close: () => Promise.resolve(),
  };
}

function memoryClient(standIn: GenesysStandIn, clock: Clock): Wire['client'] {
  return {
    async exchange<Read>(
      { method, url, headers, body = '' }: ExchangeRequest,
      signal: AbortSignal,
      read: (answer: ExchangeAnswer) => Promise<Read>,
    ): Promise<Read> {
      const answer = await standIn.answer({ method, url, headers, body });
      const whenOverdue = `no answer within ${HEAD_TIMEOUT_MS} ms`;
      if (answer.hangs) {
        await waitFor(clock, HEAD_TIMEOUT_MS, signal);
        throw new Error(whenOverdue);
      }
      const header = (name: string) => answer.headers?.[name];
      const contentType = header('content-type');
      const retryAfterMs = parseRetryAfter(header('retry-after'), clock.nowMs());
      return read({
        status: answer.status,
        ...(contentType !== undefined && { contentType }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        header,
        body: Readable.from(lateBody(answer, clock, signal, whenOverdue)),
      });
    },
    close: () => Promise.resolve(),
  };
}

/** An exchange has one time limit for head and body. */
async function* lateBody(
  { text, slowMs = 0 }: StandInAnswer,
  clock: Clock,
  signal: AbortSignal,
  whenOverdue: string,
): AsyncGenerator<Buffer> {
  if (slowMs > 0) await waitFor(clock, Math.min(slowMs, HEAD_TIMEOUT_MS), signal);
  if (slowMs >= HEAD_TIMEOUT_MS || signal.aborted) throw new Error(whenOverdue);
  if (text) yield Buffer.from(text);
}

/** Posts to the stand-in's token endpoint. */
export async function memoryPost(
  standIn: GenesysStandIn,
  { method, url, headers, body = '' }: ExchangeRequest,
): Promise<TokenAnswer> {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const answer: StandInAnswer = await standIn.answer({ method, url, headers: lower, body });
  return { status: answer.status, text: answer.text ?? '' };
}

class MemoryBody implements Pipe, AsyncIterable<Uint8Array> {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #signal: AbortSignal;
  readonly #chunks: Buffer[] = [];
  #fate: 'open' | 'ended' | 'cut' = 'open';
  #wake: (() => void) | undefined;

  constructor(clock: Clock, silenceMs: number, signal: AbortSignal) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#signal = signal;
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    const middle = Math.floor(this.#clock.random() * (bytes.length + 1));
    for (const piece of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
      if (piece.length > 0) this.#chunks.push(piece);
    }
    this.#wake?.();
  }

  end(): void {
    this.#fate = 'ended';
    this.#wake?.();
  }

  cut(): void {
    this.#fate = 'cut';
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#chunks.length > 0) yield this.#chunks.shift()!;
      if (this.#fate === 'ended') return;
      if (this.#fate === 'cut') throw new Error('other side closed');
      const hasCome = await this.#somethingComes();
      if (this.#signal.aborted) throw new Error('given up: the process is stopping');
      if (!hasCome) throw new SilentPeerError(`no byte for ${this.#silenceMs} ms`);
    }
  }

  async #somethingComes(): Promise<boolean> {
    const quiet = new AbortController();
    let hasCome = false;
    this.#wake = () => {
      hasCome = true;
      quiet.abort();
    };
    await waitFor(this.#clock, this.#silenceMs, AbortSignal.any([quiet.signal, this.#signal]));
    this.#wake = undefined;
    return hasCome;
  }
}

class MemoryWebSocket implements OpenWebSocket {
  readonly #texts: string[] = [];
  readonly #message: (text: string) => void;
  readonly #closing: () => boolean;
  readonly #gone: () => void;
  #closeCode: number | undefined;
  #wake: (() => void) | undefined;

  constructor(standIn: GenesysStandIn, url: URL) {
    const accepted = standIn.notifications.connect(url.pathname, {
      send: (text) => {
        if (this.#closeCode === undefined) this.#texts.push(text);
        this.#wake?.();
      },
      close: (code) => this.#closed(code),
      cut: () => this.#closed(1_006),
    });
    if (!('message' in accepted)) {
      const retryAfterMs = parseRetryAfter(accepted.headers?.['retry-after'], 0);
      throw new HandshakeRefusedError(accepted.status, retryAfterMs);
    }
    this.#message = (text) => accepted.message(text);
    this.#closing = () => accepted.closing();
    this.#gone = () => accepted.gone();
  }

  async receive(): Promise<Received> {
    for (;;) {
      const text = this.#texts.shift();
      if (text !== undefined) return { kind: 'text', text };
      if (this.#closeCode !== undefined) return { kind: 'closed', code: this.#closeCode };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(text: string): void {
    if (this.#closeCode === undefined) this.#message(text);
  }

  close(): void {
    if (!this.#closing()) return;
    this.#gone();
    this.#closed(1_000);
  }

  terminate(): void {
    this.#gone();
    this.#closed(1_006);
  }

  #closed(code: number): void {
    this.#closeCode ??= code;
    this.#wake?.();
  }
}

async function waitFor(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = clock.after(durationMs, resolve);
    signal.addEventListener('abort', () => {
      timer.cancel();
      resolve();
    });
  });
}
