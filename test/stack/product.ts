// The whole product on the real clock: samples go in over HTTP, and its metrics go where the test says.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { systemClock } from '../../collector/clock.ts';
import { distribution } from '../../collector/registry.ts';
import { type Collector, createCollector } from '../../collector/service/collector.ts';
import { encodeGuideEvent } from '../../receiver/guide-event/encode.ts';
import type { QualitySample, SessionEvent } from '../../receiver/sample.ts';
import { type LogLine, recordingLogger } from '../support/log-lines.ts';
import { scenarioConfig } from '../support/scenario.ts';
import type { Stack } from './stack.ts';

/** Nobody is told of incidents here. */
const NO_SIEM = '';

export class Product {
  /** What it logged. */
  readonly lines: readonly LogLine[];
  readonly #collector: Collector;

  private constructor(collector: Collector, lines: readonly LogLine[]) {
    this.#collector = collector;
    this.lines = lines;
  }

  /** The default configuration on free ports, with overrides in the notation of `--set`. */
  static async start(stack: Stack, overrides: readonly string[]): Promise<Product> {
    const config = await scenarioConfig(NO_SIEM, join(stack.folder, 'product'), [
      'service.telemetry.metrics.address=127.0.0.1:0',
      ...overrides,
    ]);
    const { logger, lines } = recordingLogger();
    const collector = createCollector({ config, distribution, clock: systemClock, logger });
    stack.onClose(() => collector.shutdown());
    await collector.start();
    return new Product(collector, lines);
  }

  /** `host:port` of a component, such as `exporter:prometheus`. */
  address(component: string): string {
    const address = this.#collector.component(component)?.boundAddress;
    assert.ok(address !== undefined, `${component} is bound`);
    return address;
  }

  /** Resolves when the records have been acknowledged. */
  async push(...records: readonly (QualitySample | SessionEvent)[]): Promise<void> {
    const response = await fetch(`http://${this.address('receiver:webrtcvideo')}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(records.map(encodeGuideEvent)),
    });
    assert.equal(response.status, 200, await response.text());
  }
}
