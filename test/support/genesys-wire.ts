// How the stand-in of Genesys Cloud is reached: over a real socket of this machine, or in memory on the virtual clock,
// where a day passes in seconds.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Clock } from '../../collector/clock.ts';
import { parseRetryAfter } from '../../collector/egress/retry-after.ts';
import { type GetAnswer, type GetRequest, SilentPeerError } from '../../collector/egress/guarded-getter.ts';
import type { ExchangeAnswer, ExchangeRequest } from '../../collector/egress/guarded-client.ts';
import type { TokenAnswer } from '../../collector/extension/oauth2client/token-request.ts';
import type { Wire } from '../../receiver/genesyscloud/receiver.ts';
import type { GenesysStandIn, Pipe, StandInAnswer } from './genesys-stand-in.ts';

const HEAD_TIMEOUT_MS = 10_000;

/** Serves the stand-in on a free port of loopback. */
export async function serveGenesys(standIn: GenesysStandIn): Promise<{ url: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
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
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the guarded pool would do over sockets, on the clock. What is written comes in pieces of any size. */
export function memoryWire(standIn: GenesysStandIn, clock: Clock): Wire {
  return { getter: memoryGetter(standIn, clock), client: memoryClient(standIn, clock) };
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
      if (answer.hangs) {
        await waitFor(clock, HEAD_TIMEOUT_MS, signal);
        throw new Error(`no answer within ${HEAD_TIMEOUT_MS} ms`);
      }
      const header = (name: string) => answer.headers?.[name];
      const contentType = header('content-type');
      const retryAfterMs = parseRetryAfter(header('retry-after'), clock.nowMs());
      return read({
        status: answer.status,
        ...(contentType !== undefined && { contentType }),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
        header,
        body: Readable.from(answer.text ? [Buffer.from(answer.text)] : []),
      });
    },
    close: () => Promise.resolve(),
  };
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
