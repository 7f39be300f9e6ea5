// How every command reads its configuration: warnings and problems go to the standard error output.
import { loadConfig, type LoadResult } from '../config/load.ts';
import { renderProblems } from '../config/render-problem.ts';
import type { ConfigSource } from '../config/sources.ts';
import type { CommandContext } from '../component.ts';
import type { CommandArguments } from './command.ts';

export type Loaded = Extract<LoadResult, { ok: true }>;

/** Undefined when the configuration has problems; then all of them were written to `io.err`. */
export async function loadForCommand(
  args: CommandArguments,
  { distribution, io }: CommandContext,
): Promise<Loaded | undefined> {
  const result = await loadConfig({ sources: sourcesOf(args), env: io.env, distribution });
  if (result.warnings.length > 0) io.err(renderProblems(result.warnings, 'warning: '));
  if (result.ok) return result;
  io.err(renderProblems(result.problems));
  return undefined;
}

function sourcesOf({ config, set }: CommandArguments): ConfigSource[] {
  return [
    ...config.map((path) => ({ kind: 'file', path }) as const),
    ...set.map((assignment) => ({ kind: 'set', assignment }) as const),
  ];
}
