// The life of a server that is sent bodies: it binds its address, bounds how long a sender may take, and on shutdown lets what
// has begun come to its end. Knows nothing of what is served.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatAddress } from './address.ts';
import type { ListenAddress } from './config/fields.ts';

/** How long a sender may take over its headers and over the whole of its request, so that slow ones can't pile up. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 5_000;

export class DrainingServer {
  readonly #endpoint: ListenAddress;
  #server: Server | undefined;
  #closing: Promise<void> | undefined;

  constructor(endpoint: ListenAddress) {
    this.#endpoint = endpoint;
  }

  /** `host:port` as bound; undefined before `start` and after `shutdown`. */
  get boundAddress(): string | undefined {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return address == null ? undefined : formatAddress(this.#endpoint.host, address.port);
  }

  /** True from the beginning of the shutdown on. */
  get isStopping(): boolean {
    return this.#closing !== undefined;
  }

  /** Rejects when the address can't be bound. */
  async start(listener: RequestListener): Promise<void> {
    const server = createServer(
      {
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      },
      listener,
    );
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#endpoint.host, port: this.#endpoint.port }, resolve);
    });
    this.#server = server;
  }

  /** Requests under way are answered; at the deadline those that are left are cut off. Safe before `start` and twice. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#closing ??= new Promise<void>((resolve) => server.close(() => resolve()));
    const cut = () => server.closeAllConnections();
    if (deadline.aborted) cut();
    else deadline.addEventListener('abort', cut, { once: true });
    await this.#closing;
    deadline.removeEventListener('abort', cut);
    this.#server = undefined;
  }
}
