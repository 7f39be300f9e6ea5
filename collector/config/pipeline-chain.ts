// Whether the stages of a pipeline fit together: what one gives must be what the next one takes, and the exporters
// must be of the pipeline's signal. Ids that are wrong in themselves were reported before, and are passed over.
import type { DataKind, Distribution, Signal } from '../component.ts';
import type { Declared } from './component-sections.ts';
import { finding, type Finding } from './finding.ts';
import type { DeclaredPipeline } from './service-section.ts';

const WORDS: Readonly<Record<DataKind, string>> = { quality: 'quality samples', transitions: 'transitions' };

interface Giver {
  readonly id: string;
  readonly gives: DataKind;
}

interface Taker {
  readonly label: string;
  readonly takes: DataKind;
  readonly isPlural: boolean;
}

export function pipelineChainFindings(
  pipeline: DeclaredPipeline,
  declared: Declared,
  distribution: Distribution,
): Finding[] {
  if (pipeline.signal === undefined) return [];
  const wrongSignal = wrongSignalFindings(pipeline, pipeline.signal, declared);
  // Exporters of the wrong signal say nothing about what the right ones would take.
  const wrongIds = new Set(wrongSignal.map(({ id }) => id));
  const exporters = pipeline.exporters.filter(
    ({ id }) => declared.exporters.components.has(id) && !wrongIds.has(id),
  );
  const chain = chainFindings(
    pipeline,
    pipeline.signal,
    exporters.map(({ id }) => id),
    declared,
    distribution,
  );
  return [...wrongSignal.map((each) => each.finding), ...chain];
}

function wrongSignalFindings(
  pipeline: DeclaredPipeline,
  signal: Signal,
  declared: Declared,
): { readonly id: string; readonly finding: Finding }[] {
  return pipeline.exporters.flatMap(({ id, shown, at }) => {
    const factory = declared.exporters.components.get(id)?.factory;
    if (factory?.kind !== 'exporter' || factory.signal === signal) return [];
    const message = `exporter "${shown}" takes ${factory.signal}, so it can't stand in a ${signal} pipeline`;
    const hint = `name it in a ${factory.signal} pipeline`;
    return [{ id, finding: finding(pipeline.path, message, at, hint) }];
  });
}

function chainFindings(
  pipeline: DeclaredPipeline,
  signal: Signal,
  exporterIds: readonly string[],
  declared: Declared,
  distribution: Distribution,
): Finding[] {
  let givers: Giver[] = pipeline.receivers.flatMap(({ id }) => {
    const factory = declared.receivers.components.get(id)?.factory;
    return factory?.kind === 'receiver' ? [{ id, gives: factory.produces }] : [];
  });
  const findings: Finding[] = [];
  const check = (taker: Taker) => {
    for (const giver of givers) {
      if (giver.gives === taker.takes) continue;
      findings.push(finding(pipeline.path, mismatchText(giver, taker, distribution), pipeline.at));
    }
  };
  for (const { id } of pipeline.processors) {
    const factory = declared.processors.components.get(id)?.factory;
    // What an unknown processor would give is unknown too, so nothing after it can be judged by it.
    if (factory?.kind !== 'processor') givers = [];
    else {
      check({ label: `"${id}"`, takes: factory.consumes, isPlural: false });
      givers = [{ id, gives: factory.produces }];
    }
  }
  if (exporterIds.length > 0) {
    const label = exporterIds.map((id) => `"${id}"`).join(' and ');
    check({ label, takes: distribution.hubs[signal].consumes, isPlural: exporterIds.length > 1 });
  }
  return findings;
}

function mismatchText(giver: Giver, taker: Taker, distribution: Distribution): string {
  const verb = taker.isPlural ? 'take' : 'takes';
  const mismatch = `${taker.label} ${verb} ${WORDS[taker.takes]}, but "${giver.id}" gives ${WORDS[giver.gives]}`;
  const between = distribution.factories.filter(
    (factory) =>
      factory.kind === 'processor' && factory.consumes === giver.gives && factory.produces === taker.takes,
  );
  if (between.length === 0) return `${mismatch}; no processor turns the one into the other`;
  const types = between.map((factory) => factory.type).join(' or ');
  return `${mismatch}; add a processor that turns one into the other, such as ${types}`;
}
