// The whole product on the real clock, with pages in front of it and backends behind it: Chromium, an application's
// server, the receiver `browser`, the processor with a short hold, a SIEM and an OTLP sink.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../collector/clock.ts';
import { distribution } from '../../collector/registry.ts';
import { type Collector, createCollector } from '../../collector/service/collector.ts';
import { type OpenPage, PageServer, type Script } from '../support/browser-page.ts';
import { Chromium } from '../support/chromium.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { OtlpSink } from '../support/otlp-sink.ts';
import { scenarioConfig } from '../support/scenario.ts';
import { Siem } from '../support/siem.ts';
import { UdpRelay } from '../support/udp-relay.ts';

export const HOLD_MS = 10_000;
const SERVER_TOKEN = 'server-token';
const POLL_MS = 100;

/** A value of a gauge, and when it was exported. */
export interface GaugePoint {
  readonly atMs: number;
  readonly value: number;
}

export class LiveProduct {
  readonly siem = new Siem();
  readonly sink = new OtlpSink();
  readonly #closers: (() => Promise<unknown>)[] = [];
  #pages: PageServer | undefined;
  #chromium: Chromium | undefined;
  #collector: Collector | undefined;

  /** Whatever of it has started is closed by `close`, also when another part fails to start. */
  async start(): Promise<void> {
    await this.siem.start();
    this.#closers.unshift(() => this.siem.stop());
    await this.sink.start();
    this.#closers.unshift(() => this.sink.close());
    const directory = await mkdtemp(join(tmpdir(), 'live-'));
    this.#closers.unshift(() => rm(directory, { recursive: true, force: true }));
    this.#pages = await PageServer.start();
    this.#pages.tokenOf = (sessionId) => this.#mint(sessionId);
    this.#closers.unshift(() => this.#pages!.close());
    await this.#startCollector(directory);
    this.#chromium = await Chromium.launch();
    this.#closers.unshift(() => this.#chromium!.close());
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0))
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
  }

  /** A page in a tab of its own. */
  openPage(script: Script): Promise<OpenPage> {
    return this.#pages!.open(this.#chromium!.context, script);
  }

  /** A relay for one call. */
  async startRelay(seed: number): Promise<UdpRelay> {
    const relay = await UdpRelay.start(systemClock, seed);
    this.#closers.unshift(() => relay.close());
    return relay;
  }

  /** `http://127.0.0.1:…` of the receiver. */
  get receiverUrl(): string {
    return `http://${this.#collector!.component('receiver:browser')!.boundAddress!}`;
  }

  /** Where a page finds the client and reports to. */
  target(sessionId: string) {
    const { receiverUrl } = this;
    return {
      clientUrl: `${receiverUrl}/client.js`,
      url: `${receiverUrl}/v1/rtc`,
      sessionId,
      intervalMs: 1_000,
    };
  }

  /** The values of a gauge of one session that were exported since `sinceMs`, in order. */
  gauge(name: string, sessionId: string, sinceMs = 0): GaugePoint[] {
    return this.sink
      .points(name)
      .filter(({ attributes, timeMs }) => attributes['session.id'] === sessionId && timeMs >= sinceMs)
      .map(({ timeMs, value }) => ({ atMs: timeMs, value: value! }));
  }

  /** Resolves as soon as `isReached`, and rejects when it is not within the time. Returns how long it took. */
  async until(what: string, withinMs: number, isReached: () => boolean): Promise<number> {
    const startedAtMs = systemClock.nowMs();
    while (!isReached()) {
      const elapsedMs = systemClock.nowMs() - startedAtMs;
      assert.ok(
        elapsedMs < withinMs,
        `${what}: not within ${withinMs} ms; the SIEM has ${this.siem.story().join(', ')}`,
      );
      await this.pass(POLL_MS);
    }
    return systemClock.nowMs() - startedAtMs;
  }

  /** Lets a call go on for a while. */
  async pass(durationMs: number): Promise<void> {
    await new Promise<void>((resolve) => systemClock.after(durationMs, resolve));
  }

  async #startCollector(directory: string): Promise<void> {
    const receiver = {
      endpoint: '127.0.0.1:0',
      allowed_origins: [this.#pages!.origin],
      auth: { authenticator: 'bearertokenauth/server' },
      session_tokens: { signing_key: 'a key that is long enough for HMAC-SHA-256' },
      // Five times as often as a page usually reports.
      per_session: { requests_per_minute: 300, bytes_per_minute: 4_194_304 },
    };
    const config = await scenarioConfig(this.siem.url, directory, [
      `receivers.browser=${JSON.stringify(receiver)}`,
      `extensions.bearertokenauth/server.token=${SERVER_TOKEN}`,
      'service.extensions=[health_check, file_storage, bearertokenauth/siem, bearertokenauth/server]',
      'service.pipelines.metrics.receivers=[browser]',
      'service.pipelines.logs.receivers=[browser]',
      `processors.degradation.hold=${HOLD_MS}ms`,
      'processors.degradation.drop_after_clear=4s',
      'processors.degradation.recover_for=8s',
      'processors.degradation.gap_after=5s',
      // Short, or a gap after an outage would be held back.
      'processors.degradation.dedup_window=5s',
      // The fake camera gives some 480 kbit/s when all is well.
      'processors.degradation.bitrate_kbps.below=200',
      'exporters.webhook.min_severity=warning',
      `exporters.otlphttp.endpoint=${this.sink.url}`,
      'exporters.otlphttp.export_interval=1s',
    ]);
    const { logger } = recordingLogger();
    const collector = createCollector({ config, distribution, clock: systemClock, logger });
    this.#closers.unshift(() => collector.shutdown());
    await collector.start();
    this.#collector = collector;
  }

  /** What the application's server does before it hands out a page. */
  async #mint(sessionId: string): Promise<string> {
    const response = await fetch(`${this.receiverUrl}/v1/rtc/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SERVER_TOKEN}` },
      body: JSON.stringify({ session_id: sessionId }),
    });
    assert.equal(response.status, 200, await response.clone().text());
    return ((await response.json()) as { token: string }).token;
  }
}
