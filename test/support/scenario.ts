// The whole process on a virtual clock: samples go in over HTTP, a SIEM stand-in takes the webhooks, and the local queue
// is read over its own API. Scenarios are written in the notation of the truth table.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Distribution } from '../../collector/component.ts';
import type { CollectorConfig } from '../../collector/config/model.ts';
import { loadConfig } from '../../collector/config/load.ts';
import { distribution } from '../../collector/registry.ts';
import { createCollector, type Collector } from '../../collector/service/collector.ts';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { recordingLogger, type LogLine } from './log-lines.ts';
import { Siem } from './siem.ts';
import { parseTimeline, START_MS, type TimelineEntry } from './timeline.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface ScenarioOptions {
  /** Overrides in the notation of `--set`, such as `processors.degradation.hold=20s`. */
  readonly set?: readonly string[];
  /** Where the databases lie; a fresh folder by default. */
  readonly directory?: string;
  readonly siem?: Siem;
  readonly clock?: VirtualClock;
  readonly crashPoint?: (name: string) => void;
  /** Where a component reaches outside by other ways than its own. */
  readonly distribution?: Distribution;
}

export interface QueueAlert {
  readonly incident_id: string;
  readonly incident_key: string;
  readonly incident_category: string;
  readonly session_id: string;
  readonly severity: string;
  readonly status: string;
  readonly notes: string;
  readonly reasons: readonly { readonly rule: string }[];
}

export interface PushAnswer {
  readonly status: number;
  readonly body: { accepted: number; rejected: unknown[]; duplicates: number; error?: string };
}

export class Scenario {
  readonly clock: VirtualClock;
  readonly siem: Siem;
  readonly directory: string;
  readonly lines: LogLine[];
  readonly collector: Collector;

  private constructor(parts: Pick<Scenario, 'clock' | 'siem' | 'directory' | 'lines' | 'collector'>) {
    this.clock = parts.clock;
    this.siem = parts.siem;
    this.directory = parts.directory;
    this.lines = parts.lines;
    this.collector = parts.collector;
  }

  static async start(options: ScenarioOptions = {}): Promise<Scenario> {
    const clock = options.clock ?? new VirtualClock(START_MS);
    const siem = options.siem ?? new Siem();
    if (options.siem === undefined) await siem.start();
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'scenario-')));
    const components = options.distribution ?? distribution;
    const config = await scenarioConfig(siem.url, directory, options.set ?? [], components);
    const { logger, lines } = recordingLogger();
    const collector = createCollector({
      config,
      distribution: components,
      clock: clock,
      logger,
      ...(options.crashPoint !== undefined && { crashPoint: options.crashPoint }),
    });
    await collector.start();
    return new Scenario({ clock, siem, directory, lines, collector });
  }

  /** Plays a timeline: the clock goes from entry to entry, and everything settles after each. */
  async play(timeline: string | readonly TimelineEntry[], sessionId?: string): Promise<void> {
    const entries = typeof timeline === 'string' ? parseTimeline(timeline, sessionId) : timeline;
    for (const entry of entries) {
      await this.advanceTo(entry.atMs);
      if (entry.kind === 'sample') assert.equal((await this.push([entry.sample])).status, 200);
      if (entry.kind === 'event') assert.equal((await this.push([entry.event])).status, 200);
      await this.settle();
    }
  }

  async push(records: readonly (QualitySample | SessionEvent)[]): Promise<PushAnswer> {
    return this.pushBody(JSON.stringify(records.map(encodeGuideEvent)));
  }

  async pushBody(body: string): Promise<PushAnswer> {
    const response = await fetch(`http://${this.#address('receiver:webrtcvideo')}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, body: (await response.json()) as PushAnswer['body'] };
  }

  /** Moves the clock second by second, letting everything settle whenever something was due. */
  async advanceTo(targetMs: number): Promise<void> {
    while (this.clock.nowMs() < targetMs) {
      this.clock.advanceTo(Math.min(targetMs, this.clock.nowMs() + 1_000));
      await this.settle();
    }
  }

  async advance(durationMs: number): Promise<void> {
    await this.advanceTo(this.clock.nowMs() + durationMs);
  }

  /** Resolves when nothing is under way any more: decided, stored, and attempted if due. */
  async settle(): Promise<void> {
    await this.collector.flush();
  }

  async alerts(): Promise<readonly QueueAlert[]> {
    const response = await fetch(`http://${this.#address('exporter:queue')}/v1/queue`);
    assert.equal(response.status, 200);
    return ((await response.json()) as { alerts: QueueAlert[] }).alerts;
  }

  /** Each alert in one line: `quality high open mos`. */
  async alertLines(): Promise<string[]> {
    const alerts = await this.alerts();
    return alerts.map(
      ({ incident_category, severity, status, reasons }) =>
        `${incident_category} ${severity} ${status} ${reasons.map(({ rule }) => rule).join('+')}`,
    );
  }

  async gauges(): Promise<string> {
    const response = await fetch(`http://${this.#address('exporter:prometheus')}/metrics`);
    return response.text();
  }

  /** Stops the process and keeps what it wrote, for another one to start on. */
  async stop(): Promise<void> {
    await this.collector.shutdown();
  }

  async close(): Promise<void> {
    await this.collector.shutdown();
    await this.siem.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  #address(component: string): string {
    const address = this.collector.component(component)?.boundAddress;
    assert.ok(address !== undefined, `${component} is bound`);
    return address;
  }
}

/** The default configuration, on free ports, with the SIEM stand-in as its destination. */
export async function scenarioConfig(
  siemUrl: string,
  directory: string,
  overrides: readonly string[],
  components: Distribution = distribution,
): Promise<CollectorConfig> {
  const set = [
    `extensions.file_storage.directory=${directory}`,
    'extensions.health_check.endpoint=127.0.0.1:0',
    'service.telemetry.metrics.level=none',
    'receivers.webrtcvideo.endpoint=127.0.0.1:0',
    'receivers.browser.endpoint=127.0.0.1:0',
    'exporters.prometheus.endpoint=127.0.0.1:0',
    'exporters.queue.endpoint=127.0.0.1:0',
    'exporters.webhook.egress={allow_http: true, allow_loopback: true, allow_private: false}',
    ...overrides,
  ];
  const result = await loadConfig({
    sources: [
      { kind: 'file', path: new URL('../../otel-config.yaml', import.meta.url).pathname },
      ...set.map((assignment) => ({ kind: 'set', assignment }) as const),
    ],
    env: { SIEM_URL: siemUrl, SIEM_TOKEN: 'siem-token' },
    distribution: components,
  });
  if (!result.ok)
    throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return result.config;
}
