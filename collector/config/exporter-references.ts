// The exporters that other exporters name in their own sections: each has to be configured, another one, and of the same
// signal. Which fields hold such names the schemas say (`exporterReference` in fields.ts); what for is not known here.
import { normaliseId } from './component-id.ts';
import type { Declared, DeclaredComponent } from './component-sections.ts';
import { EXPORTER_ID_FORMAT } from './fields.ts';
import { finding, type Finding } from './finding.ts';
import { caretPlace, shownText, textOf, walk } from './node.ts';
import { separated } from './plain-value.ts';
import { danglingHint, type Reference } from './service-section.ts';
import type { Shape } from './shape.ts';

/** By the id of the exporter that names them. Those that name nobody are left out. */
export type ExporterReferences = ReadonlyMap<string, readonly Reference[]>;

export function readExporterReferences(declared: Declared, shape: Shape): ExporterReferences {
  const byExporter = new Map<string, readonly Reference[]>();
  for (const component of declared.exporters.components.values()) {
    const references = referencesOf(component, shape.child('exporters')?.child(component.id));
    if (references.length > 0) byExporter.set(component.id, references);
  }
  return byExporter;
}

export function exporterReferenceFindings(references: ExporterReferences, declared: Declared): Finding[] {
  return [...references].flatMap(([from, named]) =>
    named.flatMap((each) => findingsOf(each, from, declared)),
  );
}

function referencesOf({ entry, path }: DeclaredComponent, shape: Shape | undefined): Reference[] {
  const references: Reference[] = [];
  const isReference = (at: Shape | undefined) => at?.hasFormat(EXPORTER_ID_FORMAT) === true;
  walk(entry.value, (node, steps) => {
    if (node.kind !== 'scalar' || node.expansion?.hasFailed) return;
    const here = shape?.at(steps);
    const add = (text: string, shown = text) => {
      const at = caretPlace(node, undefined);
      references.push({ id: normaliseId(text), shown, path: [...path, ...steps], at });
    };
    const text = textOf(node);
    if (isReference(here)) {
      if (text !== undefined) add(text, shownText(node));
    } else if (isReference(here?.item(0))) {
      for (const part of separated(node) ?? []) add(part, node.expansion?.written);
    }
  });
  return references;
}

function findingsOf({ id, shown, path, at }: Reference, from: string, declared: Declared): Finding[] {
  const { components, isReadable } = declared.exporters;
  if (!isReadable) return [];
  if (id === from) return [finding(path, `references itself: "${shown}"`, at, 'name another exporter')];
  const target = components.get(id);
  if (target === undefined) {
    const message = `references exporter "${shown}" which is not configured`;
    return [finding(path, message, at, danglingHint(id, 'exporters', declared))];
  }
  const own = components.get(from)?.factory;
  const { factory } = target;
  if (own?.kind !== 'exporter' || factory?.kind !== 'exporter' || own.signal === factory.signal) return [];
  const message = `references exporter "${shown}" which takes ${factory.signal}`;
  return [finding(path, message, at, `name one that takes ${own.signal}`)];
}
