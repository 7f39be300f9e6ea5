// The `service` section: its schema, and that every id in it is one of a configured component.
import type { Distribution, Signal } from '../component.ts';
import { normaliseId, parseComponentId } from './component-id.ts';
import type { Declared } from './component-sections.ts';
import { decode } from './decode.ts';
import { COMPONENT_SECTIONS, type SectionName } from './document-shape.ts';
import { finding, type Finding, type Path } from './finding.ts';
import { nearestName } from './nearest-name.ts';
import { caretPlace, entryOf, isNull, shownText, textOf, type ConfigNode } from './node.ts';
import { separated } from './plain-value.ts';
import { serviceSchema, type ServiceSection } from './service-schema.ts';
import type { Shape } from './shape.ts';
import type { Place } from './source-file.ts';

/** An id as `service` names it. */
export interface Reference {
  readonly id: string;
  /** The id as a message may show it. */
  readonly shown: string;
  readonly path: Path;
  readonly at: Place | undefined;
}

type Role = 'receivers' | 'processors' | 'exporters';

export interface DeclaredPipeline extends Readonly<Record<Role, readonly Reference[]>> {
  readonly id: string;
  /** Absent when there is no such signal. */
  readonly signal?: Signal;
  readonly path: Path;
  readonly at: Place | undefined;
}

export interface Service {
  readonly extensions: readonly Reference[];
  readonly pipelines: readonly DeclaredPipeline[];
  /** The parsed section; absent when its schema refused it. */
  readonly section?: ServiceSection;
  readonly findings: readonly Finding[];
}

const ABSENT: ConfigNode = { kind: 'scalar', value: null };

export function readService(
  root: ConfigNode,
  declared: Declared,
  distribution: Distribution,
  shape: Shape,
): Service {
  const findings: Finding[] = [];
  const entry = entryOf(root, 'service');
  const node = entry?.value ?? ABSENT;
  const decoded = decode(
    serviceSchema,
    { node, keyAt: entry?.keyAt, path: ['service'] },
    shape.child('service'),
  );
  if (!decoded.ok) findings.push(...decoded.findings);

  const extensions = readReferences(node, 'extensions', ['service']);
  findings.push(...referenceFindings(extensions, 'extensions', declared, ['service', 'extensions']));
  const pipelines = readPipelines(node, Object.keys(distribution.hubs) as Signal[], findings);
  for (const pipeline of pipelines) findings.push(...pipelineFindings(pipeline, declared));
  if (pipelines.length === 0 && (entry === undefined || node.kind === 'map')) {
    const at = entryOf(node, 'pipelines')?.keyAt ?? entry?.keyAt;
    findings.push(finding(['service', 'pipelines'], 'service must have at least one pipeline', at));
  }
  return { extensions, pipelines, ...(decoded.ok && { section: decoded.value }), findings };
}

function readPipelines(
  service: ConfigNode,
  signals: readonly Signal[],
  findings: Finding[],
): DeclaredPipeline[] {
  const pipelines = new Map<string, DeclaredPipeline>();
  const section = entryOf(service, 'pipelines')?.value;
  if (section?.kind !== 'map') return [];
  for (const [key, { keyAt, value }] of section.entries) {
    const path = ['service', 'pipelines', key];
    const at = keyAt ?? value.at;
    const parsed = parseComponentId(key);
    const signal = parsed.ok ? signals.find((name) => name === parsed.type) : undefined;
    const id = normaliseId(key);
    if (!parsed.ok) findings.push(finding(path, parsed.message, at));
    else if (signal === undefined) {
      const near = nearestName(parsed.type, signals);
      const message = `unknown signal "${parsed.type}" (valid values: [${signals.join(' ')}])`;
      findings.push(finding(path, message, at, near && `did you mean "${near}"?`));
    } else if (pipelines.has(id)) {
      findings.push(finding(path, `duplicate name "${id}"; space around its parts does not count`, at));
    }
    for (const role of ['receivers', 'exporters'] as const) {
      if (!isEmptyList(entryOf(value, role)?.value)) continue;
      findings.push(finding(path, `must have at least one ${COMPONENT_SECTIONS[role]}`, at));
    }
    const receivers = readReferences(value, 'receivers', path);
    const processors = readReferences(value, 'processors', path);
    const exporters = readReferences(value, 'exporters', path);
    pipelines.set(id, { id, ...(signal && { signal }), path, at, receivers, processors, exporters });
  }
  return [...pipelines.values()];
}

function isEmptyList(node: ConfigNode | undefined): boolean {
  if (node === undefined || isNull(node)) return node?.expansion?.hasFailed !== true;
  return node.kind === 'list' && node.items.length === 0;
}

/** What the schema refuses as no list of texts was reported by it; here the rest is read. */
function readReferences(parent: ConfigNode, key: SectionName, path: Path): Reference[] {
  const node = entryOf(parent, key)?.value;
  if (node === undefined || node.expansion?.hasFailed) return [];
  const listPath = [...path, key];
  const inOneText = separated(node);
  if (inOneText !== undefined) {
    return inOneText.map((text) => {
      const shown = node.expansion?.written ?? text;
      return { id: normaliseId(text), shown, path: listPath, at: node.at };
    });
  }
  if (node.kind !== 'list') return [];
  return node.items.flatMap((item, index) => {
    // A `${…}` that came to nothing names the component with the empty id: there is none, which must not go unsaid.
    const text = textOf(item) ?? (item.expansion?.isWhole === true ? '' : undefined);
    if (text === undefined || item.expansion?.hasFailed) return [];
    const at = caretPlace(item, undefined);
    return [{ id: normaliseId(text), shown: shownText(item) ?? text, path: [...listPath, index], at }];
  });
}

function pipelineFindings(pipeline: DeclaredPipeline, declared: Declared): Finding[] {
  const findings: Finding[] = [];
  for (const role of ['receivers', 'processors', 'exporters'] as const) {
    findings.push(...referenceFindings(pipeline[role], role, declared, pipeline.path));
  }
  return findings;
}

/** `path` is the Collector's: it names the pipeline, not the place in the list. */
function referenceFindings(
  references: readonly Reference[],
  section: SectionName,
  declared: Declared,
  path: Path,
): Finding[] {
  const kind = COMPONENT_SECTIONS[section];
  const seen = new Set<string>();
  return references.flatMap(({ id, shown, at }) => {
    if (seen.has(id)) return [finding(path, `references ${kind} "${shown}" multiple times`, at)];
    seen.add(id);
    if (declared[section].components.has(id) || !declared[section].isReadable) return [];
    const message = `references ${kind} "${shown}" which is not configured`;
    return [finding(path, message, at, danglingHint(id, section, declared))];
  });
}

export function danglingHint(id: string, section: SectionName, declared: Declared): string {
  const names = Object.keys(COMPONENT_SECTIONS) as SectionName[];
  const elsewhere = names.find((name) => declared[name].components.has(id));
  if (elsewhere !== undefined) return `it is configured under ${elsewhere}`;
  const nearest = nearestName(id, declared[section].components.keys());
  return nearest === undefined ? `configure it under ${section}` : `did you mean "${nearest}"?`;
}
