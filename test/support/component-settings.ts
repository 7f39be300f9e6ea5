// What the host would supply to one component, with everything that the component says kept for the test to read.
import { isDeepStrictEqual } from 'node:util';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../collector/clock.ts';
import type { Component, ComponentStatus, Host, Settings } from '../../collector/component.ts';
import { type LogLine, recordingLogger } from './log-lines.ts';
import { VirtualClock } from './virtual-clock.ts';

class OnDemandReader extends MetricReader {
  constructor() {
    // As the process's own reader does: what a gauge does not tell any more is forgotten.
    super({
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE
          ? AggregationTemporality.DELTA
          : AggregationTemporality.CUMULATIVE,
    });
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

export interface TestSettings extends Settings {
  readonly statuses: ComponentStatus[];
  readonly lines: LogLine[];
  /** The value of a counter or gauge that the component recorded, by name and attributes; undefined when there is none. */
  recorded(name: string, attributes: Readonly<Record<string, string>>): Promise<number | undefined>;
}

export function testSettings(
  fields: { id?: string; clock?: Clock; resourceAttributes?: Record<string, string> } = {},
): TestSettings {
  const { id = 'test', clock = new VirtualClock(), resourceAttributes = {} } = fields;
  const { logger, lines } = recordingLogger();
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  const statuses: ComponentStatus[] = [];
  return {
    id,
    clock,
    logger,
    lines,
    statuses,
    meter: provider.getMeter('test'),
    telemetry: reader,
    resourceAttributes,
    reportStatus: (status) => void statuses.push(status),
    crashPoint: () => {},
    async recorded(name, attributes) {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      for (const { descriptor, dataPoints } of metrics) {
        if (descriptor.name !== name) continue;
        for (const point of dataPoints) {
          if (isDeepStrictEqual(point.attributes, attributes)) return point.value as number;
        }
      }
      return undefined;
    },
  };
}

/** A host with these extensions and, when asked, a logs hub. */
export function testHost(
  extensions: Readonly<Record<string, Component>> = {},
  { hasLogsHub = false } = {},
): Host {
  const idle = { start: () => Promise.resolve(), shutdown: () => Promise.resolve() };
  const logsHub = { ...idle, sink: () => ({ consume: () => Promise.resolve() }) };
  return {
    extension: (id) => extensions[id],
    extensions: new Map(Object.entries(extensions)),
    hub: (signal) => (signal === 'logs' && hasLogsHub ? logsHub : undefined),
    health: { report: () => ({ status: 'ok', components: new Map() }) },
  };
}
