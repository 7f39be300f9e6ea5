// A distribution of fake components that record what the host does with them, and the configurations that use it.
import { z } from 'zod';
import type {
  Component,
  ComponentFactory,
  Consumer,
  Distribution,
  Host,
  Hub,
  Settings,
  Signal,
} from '../../collector/component.ts';
import { Duration } from '../../collector/config/duration.ts';
import type { CollectorConfig, PipelineConfig } from '../../collector/config/model.ts';
import { defineExporter, defineExtension, defineProcessor, defineReceiver } from '../../collector/define.ts';

/** What a test may have a fake do at each step of its life. */
export interface Behaviour {
  start?(host: Host, settings: Settings): Promise<void> | void;
  shutdown?(deadline: AbortSignal): Promise<void> | void;
  flush?(): Promise<void> | void;
  consume?(batch: unknown): Promise<void> | void;
}

/** Records calls as `start receiver:fake/a` in the order in which they came. Fakes do as `behaviours` says. */
export class Recorder {
  readonly calls: string[] = [];
  readonly settings = new Map<string, Settings>();
  readonly nexts = new Map<string, Consumer<string>>();
  readonly batches: [key: string, batch: unknown][] = [];
  readonly behaviours: Record<string, Behaviour> = {};

  /** `key` names the fake as health reports do, without the pipeline: `processor:pass`. */
  component(key: string, settings: Settings): Component & Consumer<string> {
    this.calls.push(`create ${key}`);
    this.settings.set(key, settings);
    const behaviour = () => this.behaviours[key] ?? {};
    return {
      start: async (host) => {
        this.calls.push(`start ${key}`);
        await behaviour().start?.(host, settings);
      },
      shutdown: async (deadline) => {
        this.calls.push(`shutdown ${key}`);
        await behaviour().shutdown?.(deadline);
      },
      flush: async () => {
        this.calls.push(`flush ${key}`);
        await behaviour().flush?.();
      },
      consume: async (batch) => {
        this.batches.push([key, batch]);
        await behaviour().consume?.(batch);
      },
    };
  }

  /** The calls that begin with one of `verbs`, in order. */
  callsOf(...verbs: string[]): string[] {
    return this.calls.filter((call) => verbs.includes(call.split(' ', 1)[0]!));
  }
}

/** Types: receiver `fake`; processors `pass` (quality to quality) and `judge` (quality to transitions); exporters `gauges` and `hook`; extension `plain`. */
export function fakeDistribution(recorder: Recorder): Distribution {
  const configSchema = z.strictObject({}).prefault({});
  const processor = (type: string, produces: 'quality' | 'transitions') =>
    defineProcessor({
      type,
      summary: 'A fake.',
      configSchema,
      consumes: 'quality',
      produces,
      create(settings, _config, next: Consumer<string>) {
        const fake = recorder.component(`processor:${settings.id}`, settings);
        const consume = async (batch: string) => {
          await fake.consume(batch);
          await next.consume(`${batch}>${settings.id}`);
        };
        return { ...fake, consume };
      },
    });
  const exporter = (type: string, signal: Signal) =>
    defineExporter({
      type,
      summary: 'A fake.',
      configSchema,
      signal,
      create: (settings) => recorder.component(`exporter:${settings.id}`, settings),
    });
  const hub = (consumes: 'quality' | 'transitions') => ({
    consumes,
    create(settings: Settings): Hub {
      const fake = recorder.component(`hub:${settings.id}`, settings);
      return {
        ...fake,
        sink: (pipelineId, exporters) => ({
          consume: (batch) => fake.consume(`${batch as string}>${pipelineId}[${exporters.length}]`),
        }),
      };
    },
  });
  return {
    factories: [
      defineReceiver({
        type: 'fake',
        summary: 'A fake.',
        configSchema,
        produces: 'quality',
        create(settings, _config, next: Consumer<string>) {
          recorder.nexts.set(settings.id, next);
          return recorder.component(`receiver:${settings.id}`, settings);
        },
      }),
      processor('pass', 'quality'),
      processor('judge', 'transitions'),
      exporter('gauges', 'metrics'),
      exporter('hook', 'logs'),
      defineExtension({
        type: 'plain',
        summary: 'A fake.',
        configSchema,
        create: (settings) => recorder.component(`extension:${settings.id}`, settings),
      }),
    ],
    hubs: { metrics: hub('quality'), logs: hub('transitions') },
    commands: [],
  };
}

export interface Wiring {
  readonly extensions?: readonly string[];
  readonly pipelines: Readonly<
    Record<
      string,
      { receivers: readonly string[]; processors?: readonly string[]; exporters: readonly string[] }
    >
  >;
  /** Components that are configured beside those that the pipelines and the extension list name: `exporter:hook/idle`. */
  readonly unused?: readonly string[];
  readonly metricsLevel?: CollectorConfig['service']['telemetry']['metrics']['level'];
}

/** A checked configuration of `distribution`'s components, all with their defaults. Own telemetry is off by default. */
export function configOf(distribution: Distribution, wiring: Wiring): CollectorConfig {
  const pipelines = Object.entries(wiring.pipelines).map(
    ([id, { receivers, processors = [], exporters }]): PipelineConfig => ({
      id,
      signal: id.split('/', 1)[0] as Signal,
      receivers,
      processors,
      exporters,
    }),
  );
  const extensions = wiring.extensions ?? [];
  const unused = (kind: string) =>
    (wiring.unused ?? []).flatMap((key) => (key.startsWith(`${kind}:`) ? [key.slice(kind.length + 1)] : []));
  const configured = <Kind extends ComponentFactory['kind']>(kind: Kind, ids: readonly string[]) => {
    const isOfKind = (each: ComponentFactory): each is Extract<ComponentFactory, { kind: Kind }> =>
      each.kind === kind;
    const factories = distribution.factories.filter(isOfKind);
    return new Map(
      [...ids, ...unused(kind)].map((id) => {
        const factory = factories.find(({ type }) => type === id.split('/', 1)[0])!;
        return [id, { id, factory, config: factory.configSchema.parse({}) }] as const;
      }),
    );
  };
  return {
    receivers: configured(
      'receiver',
      pipelines.flatMap((pipeline) => pipeline.receivers),
    ),
    processors: configured(
      'processor',
      pipelines.flatMap((pipeline) => pipeline.processors),
    ),
    exporters: configured(
      'exporter',
      pipelines.flatMap((pipeline) => pipeline.exporters),
    ),
    extensions: configured('extension', extensions),
    service: {
      extensions,
      pipelines,
      telemetry: {
        resource: { 'service.name': 'test' },
        logs: { level: 'info' },
        metrics: {
          level: wiring.metricsLevel ?? 'none',
          address: { host: '127.0.0.1', port: 0, toJSON: () => '127.0.0.1:0' },
        },
      },
      shutdownTimeout: new Duration(30_000, '30s'),
    },
  };
}
