// The server of the pages that the live tests open: an application of its own origin, which hands a page its script and,
// as an application's server does, the token of its session.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { BrowserContext, Page as Tab } from 'playwright-core';
import type { Library, Page } from '../browser/page/api.ts';

/** A file of the folder `page`. */
export type Script = 'plain' | Library;

const SOURCES = new URL('../browser/page/', import.meta.url).pathname;

export class PageServer {
  /** Mints the token of a session; what it rejects with becomes a 502. */
  tokenOf: (sessionId: string) => Promise<string> = () => Promise.reject(new Error('no tokens'));
  readonly #scripts = new Map<string, string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
      if (pathname === '/token') {
        this.tokenOf(searchParams.get('session_id') ?? '').then(
          (token) => response.end(token),
          (error: unknown) => response.writeHead(502).end(String(error)),
        );
        return;
      }
      const script = this.#scripts.get(pathname.slice(1));
      if (script === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
          .end(`<!doctype html><title>call</title><body><script>${script}</script>`);
    });
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A page of its own tab that runs the script. */
  async open(context: BrowserContext, script: Script): Promise<OpenPage> {
    if (!this.#scripts.has(script)) this.#scripts.set(script, await bundle(script));
    const tab = await context.newPage();
    await tab.goto(`${this.origin}/${script}`);
    return new OpenPage(tab);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** What the receiver said to a report. */
export interface ReportAnswer {
  readonly status: number;
  /** Of the body that was sent. */
  readonly byteCount: number;
  readonly accepted: number;
  readonly rejected: readonly { readonly path: string; readonly reason: string }[];
  readonly duplicates: number;
}

/** The methods of the page, each with what it takes. */
type Calls = { [Name in Exclude<keyof Page, 'errors'>]: [Name, Parameters<Page[Name]>[0]] };

export class OpenPage {
  /** In the order in which they came. Those to beacons are not seen. */
  readonly answers: ReportAnswer[] = [];
  readonly #tab: Tab;

  constructor(tab: Tab) {
    this.#tab = tab;
    tab.on('response', (response) => {
      const request = response.request();
      if (request.method() !== 'POST') return;
      const byteCount = request.postDataBuffer()?.length ?? 0;
      response.json().then(
        (body: Omit<ReportAnswer, 'status' | 'byteCount'>) =>
          this.answers.push({ status: response.status(), byteCount, ...body }),
        // The page was closed before the answer was read.
        () => {},
      );
    });
  }

  async call(...[method, target]: Calls[keyof Calls]): Promise<void> {
    await this.#tab.evaluate(`page[${JSON.stringify(method)}](${JSON.stringify(target)})`);
  }

  /** What failed in the page so far. */
  async errors(): Promise<readonly string[]> {
    return this.#tab.evaluate('page.errors');
  }

  /** As a user closes a tab: the page hears of it. */
  async close(): Promise<void> {
    const closed = this.#tab.waitForEvent('close');
    await this.#tab.close({ runBeforeUnload: true });
    await closed;
  }
}

async function bundle(script: Script): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCES}${script}.ts`],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    // The client is loaded from the receiver when the page runs.
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]!.text.replaceAll('</script', '<\\/script');
}
