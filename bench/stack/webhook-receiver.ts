// Where both sides post to: notes when each notice arrived, by the path that it came to, and can be down, so that connections
// to it are refused.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { ArrivedNotice, ReadNotices } from './notices.ts';

/**
 * Below the ports that the kernel gives to connections (32768 and up), or one of those could take the place of the receiver
 * while it is down, even that of somebody who tries to reach it.
 */
const LAST_PORT = 32_000;
/** No two receivers of this process have one port, not even while one of them is down. */
let nextPort = 20_000 + (process.pid % 1_000) * 10;

export class WebhookReceiver {
  readonly #read: ReadNotices;
  readonly #notices = new Map<string, ArrivedNotice[]>();
  #server: Server | undefined;
  #port = 0;
  /** Bodies that could not be read. */
  failedCount = 0;

  constructor(read: ReadNotices) {
    this.#read = read;
  }

  /** Listens on a port of its own from now on. */
  async open(): Promise<void> {
    while (nextPort < LAST_PORT) {
      this.#port = nextPort++;
      try {
        return await this.up();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
    throw new Error(`no port below ${LAST_PORT} is free for the webhook receiver`);
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}/${path}`;
  }

  /** In the order of their arrival. */
  notices(path: string): readonly ArrivedNotice[] {
    return this.#notices.get(`/${path}`) ?? [];
  }

  async up(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
  }

  /** Cuts what is connected. Safe when it is down already. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async #take(request: IncomingMessage): Promise<number> {
    const atMs = Date.now();
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const notices = this.#read(Buffer.concat(chunks).toString('utf8'));
      const path = request.url ?? '';
      const list = this.#notices.get(path) ?? [];
      this.#notices.set(path, list);
      list.push(...notices.map((notice) => ({ ...notice, atMs })));
      return 200;
    } catch {
      this.failedCount += 1;
      return 500;
    }
  }
}
