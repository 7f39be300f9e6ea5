// A sink, a table of sessions and a virtual clock, fresh for each test, and the exporters that stand between them.
import { afterEach, beforeEach } from 'node:test';
import type { Component } from '../../../collector/component.ts';
import { OtlpHttpExporter } from '../../../exporter/otlphttp/exporter.ts';
import { type OtlpHttpConfig, otlpHttpFactory } from '../../../exporter/otlphttp/factory.ts';
import { SessionGauges } from '../../../receiver/session-gauges/session-gauges.ts';
import { testHost, testSettings } from '../../support/component-settings.ts';
import { OtlpSink } from '../../support/otlp-sink.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

export const NEVER = new AbortController().signal;
export const MOS = 'webrtc.video.mos';

export class Bed {
  readonly sink = new OtlpSink();
  readonly clock = new VirtualClock();
  readonly hub = new SessionGauges({ clock: this.clock });
  readonly #exporters: OtlpHttpExporter[] = [];

  /** An exporter to the sink that is not started yet, with what it tells the host. */
  created(
    config: object = {},
    resourceAttributes: Record<string, string> = {},
    hub: Pick<SessionGauges, 'producer'> = this.hub,
  ) {
    const settings = testSettings({ id: 'otlphttp', clock: this.clock, resourceAttributes });
    const parsed = otlpHttpFactory.configSchema.parse({ endpoint: this.sink.url, ...config });
    const exporter = new OtlpHttpExporter(settings, parsed as OtlpHttpConfig, hub);
    this.#exporters.push(exporter);
    return { exporter, settings };
  }

  /** One that is started and reads a pipeline of its own. */
  async started(config: object = {}, extensions: Record<string, Component> = {}) {
    const made = this.created(config);
    const input = this.hub.sink('metrics', [made.exporter]);
    await made.exporter.start(testHost(extensions));
    const counted = (name: string) =>
      made.settings.recorded(`otelcol_exporter_${name}_metric_points`, { exporter: 'otlphttp' });
    return { ...made, input, sent: () => counted('sent'), sendFailed: () => counted('send_failed') };
  }

  /** The ids of the sessions whose MOS has arrived, in order. */
  sessionsSeen(): string[] {
    const values = this.sink.points(MOS).filter(({ value }) => value !== undefined);
    return values.map(({ attributes }) => String(attributes['session.id']));
  }

  /** The ids of the sessions of whose MOS it was said that it has ended, in order. */
  sessionsEnded(): string[] {
    const marks = this.sink.points(MOS).filter(({ hasNoRecordedValue }) => hasNoRecordedValue);
    return marks.map(({ attributes }) => String(attributes['session.id']));
  }

  async close(): Promise<void> {
    for (const exporter of this.#exporters) await exporter.shutdown(AbortSignal.abort());
    await this.sink.close();
  }
}

/** Call it at the top of a test file; the returned function gives the running test's bed. */
export function bedPerTest(): () => Bed {
  let bed: Bed;
  beforeEach(async () => {
    bed = new Bed();
    await bed.sink.start();
  });
  afterEach(() => bed.close());
  return () => bed;
}
