// Which of the declared components will run: those that a pipeline or `service::extensions` names, and the exporters that
// these name in turn.
import type { SectionName } from './document-shape.ts';
import type { ExporterReferences } from './exporter-references.ts';
import type { Service } from './service-section.ts';

export function usedIds(
  section: SectionName,
  service: Service,
  named: ExporterReferences,
): ReadonlySet<string> {
  if (section === 'connectors') return new Set();
  if (section === 'extensions') return new Set(service.extensions.map(({ id }) => id));
  const used = new Set(service.pipelines.flatMap((pipeline) => pipeline[section].map(({ id }) => id)));
  if (section !== 'exporters') return used;
  // What is added while the set is walked is walked, too.
  for (const id of used) for (const reference of named.get(id) ?? []) used.add(reference.id);
  return used;
}
