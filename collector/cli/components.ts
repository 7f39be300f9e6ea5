// `components`: what this build can run, as YAML in the Collector's form.
import type { CommandContext, ComponentFactory, Distribution } from '../component.ts';
import { COMPONENT_SECTIONS, factoriesOf, type SectionName } from '../config/document-shape.ts';
import { toYaml } from '../config/write-yaml.ts';
import { readBuildInfo } from './build-info.ts';
import type { CommandArguments } from './command.ts';
import { OK_EXIT_CODE } from './exit-codes.ts';

export async function components(
  _args: CommandArguments,
  { distribution, io }: CommandContext,
): Promise<number> {
  const sections = (Object.keys(COMPONENT_SECTIONS) as SectionName[]).map((section) => [
    section,
    [...factoriesOf(distribution, section).values()].map((factory) => describe(factory, distribution)),
  ]);
  const listing = {
    buildinfo: await readBuildInfo(),
    ...(Object.fromEntries(sections) as Record<string, unknown>),
    providers: [{ scheme: 'env' }, { scheme: 'file' }, { scheme: 'yaml' }],
  };
  io.out(toYaml(listing));
  return OK_EXIT_CODE;
}

/** Names what flows through it, by which a reader can tell what fits together. */
function describe(factory: ComponentFactory, { hubs }: Distribution): Record<string, unknown> {
  const { type: name, summary } = factory;
  switch (factory.kind) {
    case 'receiver':
      return { name, summary, produces: factory.produces };
    case 'processor':
      return { name, summary, consumes: factory.consumes, produces: factory.produces };
    case 'exporter':
      return { name, summary, signals: [factory.signal], consumes: hubs[factory.signal].consumes };
    case 'extension':
      return { name, summary };
  }
}
