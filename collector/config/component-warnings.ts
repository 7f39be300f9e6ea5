// What the factories of the running components have to say about configurations that are right as such.
import type { Declared, DeclaredComponent } from './component-sections.ts';
import type { SectionName } from './document-shape.ts';
import type { ExporterReferences } from './exporter-references.ts';
import { finding, type Finding } from './finding.ts';
import { caretPlace, follow } from './node.ts';
import type { Service } from './service-section.ts';
import { usedIds } from './used-components.ts';

export function componentWarnings(
  declared: Declared,
  service: Service,
  named: ExporterReferences,
): Finding[] {
  return Object.entries(declared).flatMap(([section, { components }]) => {
    const used = usedIds(section as SectionName, service, named);
    return [...components.values()].filter(({ id }) => used.has(id)).flatMap(warningsOf);
  });
}

/** Nothing can be said of a section that its schema refused. */
function warningsOf(component: DeclaredComponent): Finding[] {
  if (component.factory === undefined || !('config' in component)) return [];
  const { factory, entry, config } = component;
  // As in the graph: a factory gets what its own schema made.
  return (factory.warningsOf?.(config as never) ?? []).map(({ path, message }) => {
    const { node, keyAt } = follow(entry.value, path, entry.keyAt);
    return finding([...component.path, ...path], message, caretPlace(node, keyAt));
  });
}
