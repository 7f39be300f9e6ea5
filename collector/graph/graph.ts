// Builds what a configuration describes: one instance per receiver, exporter and extension id, one processor instance
// per pipeline, one hub per signal. The only place that knows the topology; nothing here does I/O or starts anything.
import type { Component, Consumer, DataKind, Distribution, Hub, Settings, Signal } from '../component.ts';
import type { CollectorConfig, Configured, PipelineConfig } from '../config/model.ts';
import { messageOf } from '../errors.ts';
import { fanOut } from './fan-out.ts';
import { describeNode, type GraphNode, type NodeName } from './node.ts';

export type SettingsFor = (name: NodeName) => Settings;

export interface Graph {
  readonly extensions: readonly GraphNode[];
  readonly hubs: ReadonlyMap<Signal, GraphNode<Hub>>;
  readonly exporters: readonly GraphNode[];
  /** By position in their pipelines: all first processors, then all second ones, and so on. */
  readonly processors: readonly (readonly GraphNode[])[];
  readonly receivers: readonly GraphNode[];
}

/** What data is handed to next, and the kind that it takes. */
interface Stage {
  readonly takes: DataKind;
  readonly consumer: Consumer<never>;
}

/** Throws when a component can't be made, or stages don't fit together. What nobody names is left out. */
export function buildGraph(
  config: CollectorConfig,
  distribution: Distribution,
  settingsFor: SettingsFor,
): Graph {
  const { pipelines } = config.service;

  const extensions = config.service.extensions.map((id) => {
    const extension = config.extensions.get(id)!;
    return make({ kind: 'extension', id }, settingsFor, (settings) =>
      extension.factory.create(settings, parsed(extension)),
    );
  });

  const hubs = new Map<Signal, GraphNode<Hub>>();
  for (const { signal } of pipelines) {
    if (hubs.has(signal)) continue;
    const create = (settings: Settings) => distribution.hubs[signal].create(settings);
    hubs.set(signal, make({ kind: 'hub', id: signal }, settingsFor, create));
  }

  const exporters = new Map<string, GraphNode>();
  for (const pipeline of pipelines) {
    const hub = hubs.get(pipeline.signal)!.component;
    for (const id of withNamedExporters(config, pipeline.exporters)) {
      const exporter = config.exporters.get(id)!;
      assertFits(pipeline, id, exporter.factory.signal, pipeline.signal);
      if (exporters.has(id)) continue;
      const create = (settings: Settings) => exporter.factory.create(settings, parsed(exporter), hub);
      exporters.set(id, make({ kind: 'exporter', id }, settingsFor, create));
    }
  }

  const processors: GraphNode[][] = [];
  const headsOf = new Map<string, Consumer<never>[]>();
  for (const pipeline of pipelines) {
    const served = pipeline.exporters.map((id) => exporters.get(id)!.component);
    const end: Stage = {
      takes: distribution.hubs[pipeline.signal].consumes,
      consumer: hubs.get(pipeline.signal)!.component.sink(pipeline.id, served),
    };
    const { nodes, head } = chainProcessors(config, pipeline, end, settingsFor);
    for (const [position, node] of nodes.entries()) (processors[position] ??= []).push(node);
    for (const id of pipeline.receivers) {
      assertFits(pipeline, id, config.receivers.get(id)!.factory.produces, head.takes);
      const heads = headsOf.get(id) ?? [];
      heads.push(head.consumer);
      headsOf.set(id, heads);
    }
  }

  const receivers = Array.from(headsOf, ([id, heads]) => {
    const receiver = config.receivers.get(id)!;
    return make({ kind: 'receiver', id }, settingsFor, (settings) =>
      receiver.factory.create(settings, parsed(receiver), fanOut(heads)),
    );
  });
  return { extensions, hubs, exporters: [...exporters.values()], processors, receivers };
}

/** `ids` and whom they name, directly or not: each once, and as far as they form no ring after those that it names. */
function withNamedExporters(config: CollectorConfig, ids: readonly string[]): ReadonlySet<string> {
  const visited = new Set<string>();
  const ordered = new Set<string>();
  const visit = (id: string) => {
    if (visited.has(id)) return;
    visited.add(id);
    for (const named of config.namedExporters?.get(id) ?? []) visit(named);
    ordered.add(id);
  };
  for (const id of ids) visit(id);
  return ordered;
}

/** A pipeline's processors in the order of data. They are made from the end, since each is handed the next. */
function chainProcessors(
  config: CollectorConfig,
  pipeline: PipelineConfig,
  end: Stage,
  settingsFor: SettingsFor,
): { nodes: GraphNode[]; head: Stage } {
  const nodes: GraphNode[] = [];
  let head = end;
  for (const id of pipeline.processors.toReversed()) {
    const processor = config.processors.get(id)!;
    const { consumes, produces } = processor.factory;
    const next = head;
    assertFits(pipeline, id, produces, next.takes);
    const create = (settings: Settings) =>
      processor.factory.create(settings, parsed(processor), next.consumer);
    const node = make({ kind: 'processor', id, pipeline: pipeline.id }, settingsFor, create);
    nodes.unshift(node);
    head = { takes: consumes, consumer: node.component };
  }
  return { nodes, head };
}

/** The loader has reported this to the user already; here it keeps wrong data out of a component, whoever built `config`. */
function assertFits(pipeline: PipelineConfig, id: string, has: string, needed: string): void {
  if (has === needed) return;
  throw new Error(`service::pipelines::${pipeline.id}: "${id}" carries ${has} where ${needed} is needed`);
}

function make<Part extends Component>(
  name: NodeName,
  settingsFor: SettingsFor,
  create: (settings: Settings) => Part,
): GraphNode<Part> {
  try {
    return { name, component: create(settingsFor(name)) };
  } catch (cause) {
    throw new Error(`failed to build ${describeNode(name)}: ${messageOf(cause)}`, { cause });
  }
}

/** `config` is what the factory's own schema made, which is what its `create` takes; see define.ts. */
function parsed(component: Configured<unknown>): never {
  return component.config as never;
}
