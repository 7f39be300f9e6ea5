// A real receiver `browser` on a free port of this machine, with a next stage that the test steers.
import type { Component } from '../../../collector/component.ts';
import { type BrowserConfig, browserFactory } from '../../../receiver/browser/factory.ts';
import { BrowserReceiver } from '../../../receiver/browser/receiver.ts';
import type { QualityBatch, QualitySample, SessionEvent } from '../../../receiver/sample.ts';
import { testHost, testSettings, type TestSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { exchange, type Reply, type RequestOptions } from '../http/exchange.ts';

/** The configuration of a receiver that asks for tokens, and mints them for who shows `Bearer server`. */
export const WITH_TOKENS = {
  auth: { authenticator: 'servers' },
  session_tokens: { signing_key: 'a key of this test, 32 bytes long' },
} as const;

const SERVERS: Component & { authenticate(headers: { authorization?: string }): boolean } = {
  start: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
  authenticate: ({ authorization }) => authorization === 'Bearer server',
};

export interface RunningBrowser {
  readonly receiver: BrowserReceiver;
  readonly clock: VirtualClock;
  readonly settings: TestSettings;
  /** All batches that the next stage was given. */
  readonly batches: QualityBatch[];
  /** What the next stage does with a batch; resolves by default. */
  onConsume: (batch: QualityBatch) => Promise<void>;
  /** The records that the next stage has taken. */
  taken(): readonly (QualitySample | SessionEvent)[];
  port: number;
  /** Sends a report to `/v1/rtc`. */
  report(body: unknown, options?: RequestOptions): Promise<Reply>;
  /** Asks for a token as a server does, and fails when there is none. */
  mint(request: Readonly<Record<string, unknown>>): Promise<string>;
  stop(): Promise<void>;
}

export async function runBrowser(
  config: Readonly<Record<string, unknown>> = {},
  { clock = new VirtualClock() }: { readonly clock?: VirtualClock } = {},
): Promise<RunningBrowser> {
  const settings = testSettings({ id: 'browser', clock });
  const batches: QualityBatch[] = [];
  const taken: (QualitySample | SessionEvent)[] = [];
  const running: { onConsume: RunningBrowser['onConsume'] } = { onConsume: () => Promise.resolve() };
  const next = {
    async consume(batch: QualityBatch) {
      batches.push(batch);
      await running.onConsume(batch);
      taken.push(...batch.records);
    },
  };
  const parsed = browserFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...config });
  const receiver = new BrowserReceiver(settings, parsed as BrowserConfig, next);
  await receiver.start(testHost({ servers: SERVERS }));
  const port = Number(receiver.boundAddress?.split(':').at(-1));
  return Object.assign(running, {
    receiver,
    clock,
    settings,
    batches,
    port,
    taken: () => taken,
    report: (body: unknown, options: RequestOptions = {}) =>
      exchange(port, body, { path: '/v1/rtc', ...options }),
    async mint(request: Readonly<Record<string, unknown>>) {
      const options = { path: '/v1/rtc/token', headers: { authorization: 'Bearer server' } };
      const { status, text } = await exchange(port, request, options);
      if (status !== 200) throw new Error(`no token was minted: ${text}`);
      return (JSON.parse(text) as { token: string }).token;
    },
    stop: () => receiver.shutdown(new AbortController().signal),
  });
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
