// The sections that hold components: every id by the rules, every type known, every body through its own schema.
import type { ComponentFactory, Distribution } from '../component.ts';
import { parseComponentId } from './component-id.ts';
import { decode } from './decode.ts';
import { COMPONENT_SECTIONS, factoriesOf, type SectionName } from './document-shape.ts';
import { finding, type Finding, type Path } from './finding.ts';
import { nearestName } from './nearest-name.ts';
import { entryOf, isNull, kindOf, type ConfigNode, type Entry } from './node.ts';
import type { Shape } from './shape.ts';

/** A component that the configuration names, whether it is right or not. */
export interface DeclaredComponent {
  readonly id: string;
  readonly path: Path;
  readonly entry: Entry;
  /** Absent when there is no such type. */
  readonly factory?: ComponentFactory;
  /** What the factory's schema made of the body; meaningless when it refused it. */
  readonly config?: unknown;
}

export interface DeclaredSection {
  /** By id. */
  readonly components: ReadonlyMap<string, DeclaredComponent>;
  /** False when the section is no map: then nobody knows what it was meant to hold. */
  readonly isReadable: boolean;
}

export type Declared = Readonly<Record<SectionName, DeclaredSection>>;

export interface ComponentSections {
  readonly declared: Declared;
  readonly findings: readonly Finding[];
}

export function readComponentSections(
  root: ConfigNode,
  distribution: Distribution,
  shape: Shape,
): ComponentSections {
  const findings: Finding[] = [];
  const read = (section: SectionName) => readSection(root, section, distribution, shape, findings);
  const declared = {
    receivers: read('receivers'),
    processors: read('processors'),
    exporters: read('exporters'),
    connectors: read('connectors'),
    extensions: read('extensions'),
  };
  return { declared, findings };
}

function readSection(
  root: ConfigNode,
  section: SectionName,
  distribution: Distribution,
  shape: Shape,
  findings: Finding[],
): DeclaredSection {
  const components = new Map<string, DeclaredComponent>();
  const entry = entryOf(root, section);
  if (entry === undefined || isNull(entry.value)) {
    return { components, isReadable: entry?.value.expansion?.hasFailed !== true };
  }
  if (entry.value.kind !== 'map') {
    findings.push(
      finding([section], `expected a map, got ${kindOf(entry.value)}`, entry.keyAt ?? entry.value.at),
    );
    return { components, isReadable: false };
  }
  const factories = factoriesOf(distribution, section);
  for (const [key, component] of entry.value.entries) {
    const path = [section, key];
    const at = component.keyAt ?? component.value.at;
    const parsed = parseComponentId(key);
    if (!parsed.ok) {
      findings.push(finding(path, parsed.message, at));
      continue;
    }
    const { id, type } = parsed;
    if (components.has(id)) {
      findings.push(finding(path, `duplicate name "${id}"; space around its parts does not count`, at));
      continue;
    }
    const factory = factories.get(type);
    if (factory === undefined) {
      const message = `unknown type: "${type}" for id: "${id}" (valid values: [${[...factories.keys()].join(' ')}])`;
      findings.push(finding(path, message, at, typeHint(type, section, factories, distribution)));
      components.set(id, { id, path, entry: component });
      continue;
    }
    const place = { node: component.value, keyAt: at, path };
    const decoded = decode(factory.configSchema, place, shape.child(section)?.child(id));
    if (!decoded.ok) findings.push(...decoded.findings);
    const config = decoded.ok ? { config: decoded.value } : {};
    components.set(id, { id, path, entry: component, factory, ...config });
  }
  return { components, isReadable: true };
}

function typeHint(
  type: string,
  section: SectionName,
  factories: ReadonlyMap<string, ComponentFactory>,
  distribution: Distribution,
): string | undefined {
  const elsewhere = distribution.factories.find((factory) => factory.type === type);
  if (elsewhere !== undefined) {
    const home = Object.entries(COMPONENT_SECTIONS).find(([, kind]) => kind === elsewhere.kind)?.[0];
    const article = elsewhere.kind.startsWith('e') ? 'an' : 'a';
    return `"${type}" is ${article} ${elsewhere.kind}: put it under ${home}`;
  }
  const nearest = nearestName(type, factories.keys());
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  return section === 'connectors' ? 'this build has no connectors' : undefined;
}
