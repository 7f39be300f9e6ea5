// The composition root: one running process from a checked configuration. Everything that a test wants to replace
// comes in through the options; the process edge is in cli/run.ts.
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Component, Distribution, Host } from '../component.ts';
import type { CollectorConfig } from '../config/model.ts';
import { joinErrors } from '../errors.ts';
import { buildGraph } from '../graph/graph.ts';
import { type GraphNode, nodeKey } from '../graph/node.ts';
import { createLogger } from '../telemetry/logs.ts';
import { OwnTelemetry } from '../telemetry/own-telemetry.ts';
import { HealthBoard } from './health-board.ts';
import { Lifecycle } from './lifecycle.ts';
import { settingsFrom } from './settings.ts';

export interface CollectorOptions {
  readonly config: CollectorConfig;
  readonly distribution: Distribution;
  readonly clock: Clock;
  /** Default: JSON lines on stderr at the configured level. */
  readonly logger?: Logger;
  /** Called at each named place where tests end the process. Default: does nothing. */
  readonly crashPoint?: (name: string) => void;
}

export interface Collector {
  /** What components see from `start` on: extensions, hubs, health. */
  readonly host: Host;
  /** Resolves when everything serves. When a part can't start, stops the others and rejects. */
  start(): Promise<void>;
  /** Drains and stops everything within `service.shutdown_timeout`. Rejects with all that went wrong, when all is over. */
  shutdown(): Promise<void>;
  /** Has everything that was taken before the call passed on or put away, in the order of data. */
  flush(): Promise<void>;
  /** A part by its key, such as `receiver:webrtcvideo` or `processor:degradation@logs`. */
  component(key: string): Component | undefined;
  /** The process's own metrics, as its `/metrics` serves them. */
  telemetryText(): Promise<string>;
}

/** Builds everything and starts nothing. Throws when the configuration can't be built. */
export function createCollector(options: CollectorOptions): Collector {
  const { config, distribution, clock } = options;
  const { telemetry: telemetryConfig, shutdownTimeout } = config.service;
  const logger = options.logger ?? createLogger(telemetryConfig.logs.level, clock);
  const health = new HealthBoard(clock);
  const telemetry = new OwnTelemetry(telemetryConfig, clock, logger);
  const settingsFor = settingsFrom({
    clock,
    logger,
    meter: telemetry.meter,
    telemetry: telemetry.producer,
    resourceAttributes: telemetryConfig.resource,
    health,
    crashPoint: options.crashPoint ?? (() => {}),
  });
  const graph = buildGraph(config, distribution, settingsFor);

  const hubs = [...graph.hubs.values()];
  const telemetryNode: GraphNode = { name: { kind: 'telemetry', id: 'metrics' }, component: telemetry };
  // Downstream first. Extensions start and stop one by one, since a later one may lean on an earlier one. Hubs hold the
  // state that exporters read; processors stand from the last of their pipelines to the first.
  const stages: readonly (readonly GraphNode[])[] = [
    [telemetryNode],
    ...graph.extensions.map((extension) => [extension]),
    hubs,
    graph.exporters,
    ...graph.processors.toReversed(),
    graph.receivers,
  ];
  const nodes = new Map(stages.flat().map(({ name, component }) => [nodeKey(name), component]));

  const extensions = new Map<string, Component>();
  const host: Host = {
    extension: (id) => extensions.get(id),
    extensions,
    hub: (signal) => graph.hubs.get(signal)?.component,
    health,
  };
  const lifecycle = new Lifecycle({
    stages,
    health,
    logger,
    clock,
    shutdownTimeoutMs: shutdownTimeout.ms,
    onStarted({ name, component }) {
      if (name.kind === 'extension') extensions.set(name.id, component);
    },
  });
  return {
    host,
    start: () => lifecycle.start(host),
    shutdown: () => lifecycle.shutdown(),
    flush: () => flushInOrder([graph.receivers, ...graph.processors, hubs, graph.exporters]),
    component: (key) => nodes.get(key),
    telemetryText: () => telemetry.text(),
  };
}

/** Goes on after an error, and rejects with all of them. */
async function flushInOrder(stages: readonly (readonly GraphNode[])[]): Promise<void> {
  const errors: unknown[] = [];
  for (const stage of stages) {
    const outcomes = await Promise.allSettled(stage.map(async ({ component }) => component.flush?.()));
    for (const outcome of outcomes) if (outcome.status === 'rejected') errors.push(outcome.reason);
  }
  if (errors.length > 0) throw joinErrors(errors);
}
