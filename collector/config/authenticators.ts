// Every `auth.authenticator` of a component has to name an extension that is configured, and that runs when the
// component does.
import { normaliseId } from './component-id.ts';
import type { Declared, DeclaredComponent } from './component-sections.ts';
import type { SectionName } from './document-shape.ts';
import type { ExporterReferences } from './exporter-references.ts';
import { finding, type Finding } from './finding.ts';
import { entryOf, shownText, textOf, walk } from './node.ts';
import { danglingHint, type Service } from './service-section.ts';
import { usedIds } from './used-components.ts';

export function authenticatorFindings(
  declared: Declared,
  service: Service,
  named: ExporterReferences,
): Finding[] {
  const running = new Set(service.extensions.map(({ id }) => id));
  const findings: Finding[] = [];
  for (const [section, { components }] of Object.entries(declared)) {
    const used = usedIds(section as SectionName, service, named);
    for (const component of components.values()) {
      findings.push(...ofComponent(component, declared, running, used.has(component.id)));
    }
  }
  return findings;
}

function ofComponent(
  component: DeclaredComponent,
  declared: Declared,
  running: ReadonlySet<string>,
  isUsed: boolean,
): Finding[] {
  const findings: Finding[] = [];
  walk(component.entry.value, (node, path) => {
    const authenticator = path.at(-1) === 'auth' ? entryOf(node, 'authenticator')?.value : undefined;
    const text = authenticator === undefined ? undefined : textOf(authenticator);
    if (authenticator === undefined || text === undefined || authenticator.expansion?.hasFailed) return;
    const id = normaliseId(text);
    const at = authenticator.at;
    const fullPath = [...component.path, ...path, 'authenticator'];
    const shown = shownText(authenticator) ?? text;
    if (!declared.extensions.isReadable) return;
    if (!declared.extensions.components.has(id)) {
      const message = `references extension "${shown}" which is not configured`;
      findings.push(finding(fullPath, message, at, danglingHint(id, 'extensions', declared)));
    } else if (isUsed && !running.has(id)) {
      const message = `references extension "${shown}" which service::extensions does not list`;
      findings.push(finding(fullPath, message, at, 'add it to service::extensions'));
    }
  });
  return findings;
}
