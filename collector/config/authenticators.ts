// Every `auth.authenticator` of a component has to name an extension that is configured, and that runs when the
// component does.
import { normaliseId } from './component-id.ts';
import type { Declared, DeclaredComponent } from './component-sections.ts';
import type { SectionName } from './document-shape.ts';
import { finding, type Finding } from './finding.ts';
import { entryOf, shownText, textOf, walk } from './node.ts';
import { danglingHint, type Service } from './service-section.ts';

export function authenticatorFindings(declared: Declared, service: Service): Finding[] {
  const running = new Set(service.extensions.map(({ id }) => id));
  const findings: Finding[] = [];
  for (const [section, { components }] of Object.entries(declared)) {
    for (const component of components.values()) {
      const isUsed = usedIds(section as SectionName, service).has(component.id);
      findings.push(...ofComponent(component, declared, running, isUsed));
    }
  }
  return findings;
}

function usedIds(section: SectionName, service: Service): ReadonlySet<string> {
  if (section === 'connectors') return new Set();
  if (section === 'extensions') return new Set(service.extensions.map(({ id }) => id));
  return new Set(service.pipelines.flatMap((pipeline) => pipeline[section].map(({ id }) => id)));
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
