// A bound HTTP server with a life: starts when its port is bound, and closes without waiting for idle connections.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress } from './address.ts';

export class HttpListener {
  readonly #host: string;
  readonly #port: number;
  readonly #listener: RequestListener;
  #server: Server | undefined;

  /** Port 0 takes any free one; `port` tells which after `start`. */
  constructor(host: string, port: number, listener: RequestListener) {
    this.#host = host;
    this.#port = port;
    this.#listener = listener;
  }

  /** The bound port; 0 before `start` and after `close`. */
  get port(): number {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address?.port ?? 0;
  }

  /** `host:port`; undefined before `start` and after `close`. */
  get boundAddress(): string | undefined {
    return this.port === 0 ? undefined : formatAddress(this.#host, this.port);
  }

  /** Rejects when the address can't be bound. */
  async start(): Promise<void> {
    const server = createServer(this.#listener);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#host, port: this.#port }, resolve);
    });
    this.#server = server;
  }

  /** Cuts what is still connected. Safe before `start` and twice. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** The path of a request target. Cut out by hand: a target may be any text, and `URL` throws on some, such as `//`. */
export function pathOf(target: string | undefined): string {
  return (target ?? '/').split('?', 1)[0]!;
}
