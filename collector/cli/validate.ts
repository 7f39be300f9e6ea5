// `validate`: says nothing when the configuration is fine.
import type { CommandContext } from '../component.ts';
import type { CommandArguments } from './command.ts';
import { CONFIG_INVALID_EXIT_CODE, OK_EXIT_CODE } from './exit-codes.ts';
import { loadForCommand } from './load-for-command.ts';

export async function validate(args: CommandArguments, context: CommandContext): Promise<number> {
  const loaded = await loadForCommand(args, context);
  return loaded === undefined ? CONFIG_INVALID_EXIT_CODE : OK_EXIT_CODE;
}
