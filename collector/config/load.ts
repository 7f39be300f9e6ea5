// The configuration from its sources to what the graph is built from: read, merge, expand, decode, check. Each pass
// reports all that it finds, and all passes run, as far as there is something to look at.
import type { Distribution } from '../component.ts';
import { assembleConfig } from './assemble.ts';
import { authenticatorFindings } from './authenticators.ts';
import { componentWarnings } from './component-warnings.ts';
import { readComponentSections } from './component-sections.ts';
import { COMPONENT_SECTIONS, documentShape } from './document-shape.ts';
import { expandReferences } from './expand.ts';
import { exporterReferenceFindings, readExporterReferences } from './exporter-references.ts';
import { finding, type Finding } from './finding.ts';
import { ShownText } from './hidden-text.ts';
import type { CollectorConfig, ConfigProblem } from './model.ts';
import { nameHint } from './nearest-name.ts';
import { kindOf, type MapNode } from './node.ts';
import { pipelineChainFindings } from './pipeline-chain.ts';
import { toProblems } from './problems.ts';
import { resolvedConfig } from './resolved.ts';
import { readService } from './service-section.ts';
import { readSources, type ConfigSource } from './sources.ts';

export interface LoadOptions {
  readonly sources: readonly ConfigSource[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly distribution: Distribution;
}

export type LoadResult =
  | {
      readonly ok: true;
      readonly config: CollectorConfig;
      /** The same as plain data in the file's layout, secrets masked. */
      readonly resolved: unknown;
      readonly warnings: readonly ConfigProblem[];
    }
  | {
      readonly ok: false;
      /** At least one; in the order of the files and their lines. */
      readonly problems: readonly ConfigProblem[];
      readonly warnings: readonly ConfigProblem[];
    };

/** Never rejects: whatever is wrong with the sources is a problem in the result. Reading files is its only I/O. */
export async function loadConfig({ sources, env, distribution }: LoadOptions): Promise<LoadResult> {
  const shape = documentShape(distribution);
  const read = await readSources(sources);
  const shown = new Map(read.files.map(({ source, tree }) => [source, new ShownText(source, tree, shape)]));
  const refuse = (findings: readonly Finding[], warnings: readonly Finding[]): LoadResult => ({
    ok: false,
    problems: toProblems(findings, shown),
    warnings: toProblems(warnings, shown),
  });
  if (read.tree === undefined) return refuse(read.findings, []);

  const { tree, findings: unresolved, warnings: inValues } = await expandReferences(read.tree, env);
  if (tree.kind !== 'map') {
    const message = `expected a map of sections, got ${kindOf(tree)}`;
    return refuse([...read.findings, finding([], message, tree.at)], inValues);
  }
  const { declared, findings: inComponents } = readComponentSections(tree, distribution, shape);
  const service = readService(tree, declared, distribution, shape);
  const named = readExporterReferences(declared, shape);
  const warnings = [...inValues, ...componentWarnings(declared, service, named)];
  const findings = [
    ...read.findings,
    ...unresolved,
    ...unknownSections(tree),
    ...inComponents,
    ...service.findings,
    ...authenticatorFindings(declared, service, named),
    ...exporterReferenceFindings(named, declared),
    ...service.pipelines.flatMap((pipeline) => pipelineChainFindings(pipeline, declared, distribution)),
  ];
  const config = findings.length === 0 ? assembleConfig(declared, service, named) : undefined;
  if (config === undefined) return refuse(findings, warnings);
  return { ok: true, config, resolved: resolvedConfig(config), warnings: toProblems(warnings, shown) };
}

function unknownSections(root: MapNode): Finding[] {
  const sections = [...Object.keys(COMPONENT_SECTIONS), 'service'];
  return [...root.entries]
    .filter(([key]) => !sections.includes(key))
    .map(([key, { keyAt, value }]) => {
      const hint = nameHint(key, sections, 'valid sections');
      return finding([key], `unknown section "${key}"`, keyAt ?? value.at, hint);
    });
}
