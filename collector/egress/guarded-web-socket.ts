// One WebSocket through the egress guard, to a URL that a peer has named: checked as it is written and once more as it is
// resolved, without a credential, without redirects and without compression. No retries and no idea of what is said.
import type { IncomingMessage } from 'node:http';
import { lookup } from 'node:dns';
import WebSocket from 'ws';
import type { Clock } from '../clock.ts';
import type { Secret } from '../secret.ts';
import { type EgressRules, webSocketUrlRefusal } from './address-rules.ts';
import { EgressRefusedError, guardedLookup, type Resolve } from './guarded-agent.ts';
import { parseRetryAfter } from './retry-after.ts';
import { withinTime } from './within-time.ts';

export interface GuardedWebSocketOptions {
  /** How long the opening may take. */
  readonly timeoutMs: number;
  readonly egress: EgressRules;
  readonly clock: Clock;
  /** Authorities that are trusted in place of the usual ones, as PEM. */
  readonly ca?: string | undefined;
  /** Asks for all addresses of a host name; the system's resolver when absent. */
  readonly resolve?: Resolve;
}

export type Received =
  | { readonly kind: 'text'; readonly text: string }
  /** Nothing will come any more. 1006: it broke (RFC 6455, 7.4.1). */
  | { readonly kind: 'closed'; readonly code: number };

export interface OpenWebSocket {
  /** The next message, for which it waits as long as it takes; one call at a time. */
  receive(): Promise<Received>;
  /** Without effect when it is closed. */
  send(text: string): void;
  /** Politely: what was sent to us before the peer learns of it is still received. */
  close(): void;
  /** At once; what was not received yet is thrown away. */
  terminate(): void;
}

/** The peer has answered, but not by opening a WebSocket. */
export class HandshakeRefusedError extends Error {
  override readonly name = 'HandshakeRefusedError';
  readonly status: number;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, retryAfterMs: number | undefined) {
    super(`it answered ${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const MAX_MESSAGE_BYTES = 1_048_576;
/** While so many messages wait to be received no more are read. */
const MAX_WAITING = 16;
const NORMAL_CLOSURE = 1_000;
const ABNORMAL_CLOSURE = 1_006;

export class GuardedWebSockets {
  readonly #options: GuardedWebSocketOptions;

  constructor(options: GuardedWebSocketOptions) {
    this.#options = options;
  }

  /**
   * Resolves when it is open. Rejects with an EgressRefusedError, a HandshakeRefusedError, or what Node says of a connection
   * that fails; of the latter only the code is fit to be told, since its message may quote the URL.
   */
  async open(url: Secret, signal: AbortSignal): Promise<OpenWebSocket> {
    const { clock, timeoutMs, egress } = this.#options;
    if (!URL.canParse(url.reveal())) throw new EgressRefusedError('a WebSocket goes to wss URLs only');
    const target = new URL(url.reveal());
    const refusal = webSocketUrlRefusal(target, egress);
    if (refusal !== undefined) throw new EgressRefusedError(refusal);
    const limit = { clock, timeoutMs, signal, overdue: `no answer within ${timeoutMs} ms` };
    return withinTime(limit, (watch) => this.#handshake(target, watch.signal));
  }

  #handshake(target: URL, signal: AbortSignal): Promise<OpenWebSocket> {
    const { clock, egress, ca, resolve: resolveName = lookup } = this.#options;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const socket = new WebSocket(target, {
        followRedirects: false,
        perMessageDeflate: false,
        maxPayload: MAX_MESSAGE_BYTES,
        minVersion: 'TLSv1.2',
        lookup: guardedLookup(egress, resolveName),
        ...(ca !== undefined && { ca }),
      });
      const received = new ReceivedMessages(socket);
      const abandon = () => {
        reject(signal.reason as Error);
        socket.terminate();
      };
      signal.addEventListener('abort', abandon, { once: true });
      // After the opening an error is followed by the close, which tells all that matters.
      socket.on('error', reject);
      socket.once('open', () => {
        signal.removeEventListener('abort', abandon);
        resolve(received);
      });
      socket.once('unexpected-response', (request, { statusCode = 0, headers }: IncomingMessage) => {
        reject(new HandshakeRefusedError(statusCode, parseRetryAfter(headers['retry-after'], clock.nowMs())));
        request.destroy();
        socket.terminate();
      });
    });
  }
}

/** Messages wait here until somebody receives them; a peer that sends faster than that is read no further. */
class ReceivedMessages implements OpenWebSocket {
  readonly #socket: WebSocket;
  #texts: string[] = [];
  #closeCode: number | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      if (this.#closeCode !== undefined) return;
      this.#texts.push(data.toString('utf8'));
      if (this.#texts.length >= MAX_WAITING) socket.pause();
      this.#wake?.();
    });
    socket.on('close', (code: number) => this.#closed(code));
  }

  async receive(): Promise<Received> {
    for (;;) {
      const text = this.#texts.shift();
      if (text !== undefined) {
        if (this.#socket.isPaused && this.#texts.length === 0) this.#socket.resume();
        return { kind: 'text', text };
      }
      if (this.#closeCode !== undefined) return { kind: 'closed', code: this.#closeCode };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text, () => {});
  }

  close(): void {
    this.#socket.close(NORMAL_CLOSURE);
  }

  terminate(): void {
    this.#texts = [];
    this.#closed(ABNORMAL_CLOSURE);
    this.#socket.terminate();
  }

  #closed(code: number): void {
    this.#closeCode ??= code;
    this.#wake?.();
  }
}
