// Serves the page, the boards as they are committed, and Prometheus' API under the same origin. On loopback, for as long as
// pictures are taken.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { GENERATED } from '../dashboards/generate.ts';

const PAGE = new URL('./page/', import.meta.url).pathname;
const UPLOT_CSS = new URL('../node_modules/uplot/dist/uPlot.min.css', import.meta.url).pathname;
const BOARD = /^\/boards\/(\w+)\.json$/;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export class PageServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `prometheusUrl` has no path. */
  static async start(prometheusUrl: string): Promise<PageServer> {
    const page = await pageText();
    const server = createServer((request, response) => {
      answer(request, page, prometheusUrl).then(
        ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
        (error: unknown) => response.writeHead(502, { 'content-type': 'text/plain' }).end(String(error)),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PageServer(server);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

async function answer(request: IncomingMessage, page: string, prometheusUrl: string): Promise<Answer> {
  const { pathname } = new URL(request.url ?? '/', 'http://page');
  if (pathname === '/') return { status: 200, type: 'text/html; charset=utf-8', body: page };
  const [, board] = BOARD.exec(pathname) ?? [];
  if (board !== undefined) {
    const body = await readFile(`${GENERATED}grafana/${board}.json`, 'utf8');
    return { status: 200, type: 'application/json', body };
  }
  if (!pathname.startsWith('/api/v1/')) return { status: 404, type: 'text/plain', body: '' };
  const response = await fetch(prometheusUrl + pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: await text(request),
  });
  return { status: response.status, type: 'application/json', body: await response.text() };
}

/** All in one file. */
async function pageText(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${PAGE}page.ts`],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  const script = outputFiles[0]!.text.replaceAll('</script', '<\\/script');
  const styles = await Promise.all([UPLOT_CSS, `${PAGE}page.css`].map((path) => readFile(path, 'utf8')));
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>board</title><style>${styles.join('\n')}</style><body><script>${script}</script>`;
}
