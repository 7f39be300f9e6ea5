// What all passes found to be right → the configuration that the graph is built from.
import type { ComponentFactory } from '../component.ts';
import type { Declared, DeclaredComponent } from './component-sections.ts';
import type { ExporterReferences } from './exporter-references.ts';
import type { CollectorConfig, Configured, PipelineConfig } from './model.ts';
import type { Reference, Service } from './service-section.ts';

/** Undefined when some part is missing after all; the caller has a problem to show for it. */
export function assembleConfig(
  declared: Declared,
  service: Service,
  named: ExporterReferences,
): CollectorConfig | undefined {
  if (service.section === undefined) return undefined;
  const { telemetry, shutdown_timeout: shutdownTimeout } = service.section;
  return {
    receivers: ofKind('receiver', declared.receivers.components),
    processors: ofKind('processor', declared.processors.components),
    exporters: ofKind('exporter', declared.exporters.components),
    namedExporters: new Map([...named].map(([id, references]) => [id, idsOf(references)])),
    extensions: ofKind('extension', declared.extensions.components),
    service: {
      extensions: idsOf(service.extensions),
      pipelines: service.pipelines.flatMap(({ id, signal, ...roles }): PipelineConfig[] => {
        if (signal === undefined) return [];
        const { receivers, processors, exporters } = roles;
        const ids = {
          receivers: idsOf(receivers),
          processors: idsOf(processors),
          exporters: idsOf(exporters),
        };
        return [{ id, signal, ...ids }];
      }),
      telemetry,
      shutdownTimeout,
    },
  };
}

type FactoryOf<Kind extends ComponentFactory['kind']> = Extract<ComponentFactory, { kind: Kind }>;

function ofKind<Kind extends ComponentFactory['kind']>(
  kind: Kind,
  components: ReadonlyMap<string, DeclaredComponent>,
): Map<string, Configured<FactoryOf<Kind>>> {
  const configured = new Map<string, Configured<FactoryOf<Kind>>>();
  for (const { id, factory, config } of components.values()) {
    if (isOfKind(factory, kind)) configured.set(id, { id, factory, config });
  }
  return configured;
}

function isOfKind<Kind extends ComponentFactory['kind']>(
  factory: ComponentFactory | undefined,
  kind: Kind,
): factory is FactoryOf<Kind> {
  return factory?.kind === kind;
}

function idsOf(references: readonly Reference[]): string[] {
  return references.map(({ id }) => id);
}
