// `print-config`: the configuration in effect, defaults filled in and secrets masked, as YAML.
import type { CommandContext } from '../component.ts';
import { toYaml } from '../config/write-yaml.ts';
import type { CommandArguments } from './command.ts';
import { CONFIG_INVALID_EXIT_CODE, OK_EXIT_CODE } from './exit-codes.ts';
import { loadForCommand } from './load-for-command.ts';

export async function printConfig(args: CommandArguments, context: CommandContext): Promise<number> {
  const loaded = await loadForCommand(args, context);
  if (loaded === undefined) return CONFIG_INVALID_EXIT_CODE;
  context.io.out(toYaml(loaded.resolved));
  return OK_EXIT_CODE;
}
