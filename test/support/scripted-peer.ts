// An HTTP peer on loopback that does exactly what it is told to with each request, down to the socket, and records what
// arrived byte for byte.
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';

export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What to do with one request: anything from answering to cutting the connection. */
export type PeerAnswer = (response: ServerResponse) => void;

export class ScriptedPeer {
  readonly requests: PeerRequest[] = [];
  /** The answers to the next requests, in order; after the last of them `answer`. */
  readonly next: PeerAnswer[] = [];
  answer: PeerAnswer = answering(200);
  connectionCount = 0;
  readonly #waiting: (() => void)[] = [];
  #server: ReturnType<typeof createServer> | undefined;
  #scheme = 'http';

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server!.address() as AddressInfo).port}`;
  }

  /** With `tls` over https. */
  async start(tls?: ServerOptions): Promise<this> {
    const listener: RequestListener = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        this.requests.push({ method, path: url, headers, body: Buffer.concat(chunks) });
        for (const wake of this.#waiting.splice(0)) wake();
        (this.next.shift() ?? this.answer)(response);
      });
    };
    const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    if (tls !== undefined) this.#scheme = 'https';
    server.on('connection', () => (this.connectionCount += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return this;
  }

  /** From the next connection on, of a peer over TLS. */
  renewCertificate(certificate: { readonly key: string; readonly cert: string }): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(certificate);
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => this.#server?.close(() => resolve()));
  }

  /** Resolves when `count` requests have arrived. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

export function answering(status: number, headers: Record<string, string> = {}, body = ''): PeerAnswer {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** Takes the request and never answers. */
export const hanging: PeerAnswer = () => {};

/** Takes the request and cuts the connection. */
export const resetting: PeerAnswer = (response) => response.destroy();

/** Sends the head and the start of a body that never ends. */
export function dripping(status: number, start: string): PeerAnswer {
  return (response) => void response.writeHead(status).write(start);
}

/** Sends the head and the start of a body, then cuts the connection. */
export function breakingOff(status: number, start: string): PeerAnswer {
  return (response) => {
    response.writeHead(status, { 'content-length': String(start.length + 100) });
    response.write(start, () => (response.socket as Socket).destroy());
  };
}

/** Sends these bytes in place of an HTTP answer. */
export function talkingNonsense(bytes: string): PeerAnswer {
  return (response) => void response.socket?.end(bytes);
}
