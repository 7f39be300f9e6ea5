// The whole command line: picks the command, runs it, and tells the exit code.
import type { CommandIo, Distribution } from '../component.ts';
import { parseArguments } from './arguments.ts';
import { readBuildInfo } from './build-info.ts';
import { configCommands } from './commands.ts';
import { OK_EXIT_CODE, WRONG_USAGE_EXIT_CODE } from './exit-codes.ts';
import type { ProcessEdge } from './process-edge.ts';
import { runCommand } from './run.ts';

/** `argv` is what follows the program's name. Resolves to the exit code. */
export async function runProgram(
  argv: readonly string[],
  distribution: Distribution,
  io: CommandIo,
  edge: ProcessEdge,
): Promise<number> {
  const parsed = parseArguments(argv, {
    commands: [runCommand(edge), ...configCommands],
    extraCommands: distribution.commands,
  });
  switch (parsed.kind) {
    case 'command':
      return parsed.command.run(parsed.args, { distribution, io });
    case 'extra-command':
      return parsed.command.run(parsed.args, { distribution, io });
    case 'help':
      io.out(parsed.text);
      return OK_EXIT_CODE;
    case 'version': {
      const { command, version } = await readBuildInfo();
      io.out(`${command} ${version}\n`);
      return OK_EXIT_CODE;
    }
    case 'wrong-usage':
      io.err(parsed.text);
      return WRONG_USAGE_EXIT_CODE;
  }
}
