// Typed factories: the schema's output type reaches `create`, while the registry sees one untyped shape. The graph
// upholds what the types forget here: `create` gets what `configSchema` parsed, and `next` takes the declared kind.
import type { z } from 'zod';
import type {
  Component,
  ConfigWarning,
  Consumer,
  ExporterFactory,
  ExtensionFactory,
  Hub,
  ProcessorFactory,
  ReceiverFactory,
  Settings,
} from './component.ts';

export function defineReceiver<Schema extends z.ZodType, Out>(factory: {
  type: string;
  summary: string;
  configSchema: Schema;
  warningsOf?(config: z.output<Schema>): readonly ConfigWarning[];
  produces: ReceiverFactory['produces'];
  create(settings: Settings, config: z.output<Schema>, next: Consumer<Out>): Component;
}): ReceiverFactory {
  return { kind: 'receiver', ...factory };
}

export function defineProcessor<Schema extends z.ZodType, In, Out>(factory: {
  type: string;
  summary: string;
  configSchema: Schema;
  warningsOf?(config: z.output<Schema>): readonly ConfigWarning[];
  consumes: ProcessorFactory['consumes'];
  produces: ProcessorFactory['produces'];
  create(settings: Settings, config: z.output<Schema>, next: Consumer<Out>): Component & Consumer<In>;
}): ProcessorFactory {
  return { kind: 'processor', ...factory };
}

export function defineExporter<Schema extends z.ZodType, OfHub extends Hub>(factory: {
  type: string;
  summary: string;
  configSchema: Schema;
  warningsOf?(config: z.output<Schema>): readonly ConfigWarning[];
  signal: ExporterFactory['signal'];
  create(settings: Settings, config: z.output<Schema>, hub: OfHub): Component;
}): ExporterFactory {
  return { kind: 'exporter', ...factory };
}

export function defineExtension<Schema extends z.ZodType>(factory: {
  type: string;
  summary: string;
  configSchema: Schema;
  warningsOf?(config: z.output<Schema>): readonly ConfigWarning[];
  create(settings: Settings, config: z.output<Schema>): Component;
}): ExtensionFactory {
  return { kind: 'extension', ...factory };
}
