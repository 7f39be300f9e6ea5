// What a subcommand of the command line is.
import type { CommandContext } from '../component.ts';

export interface CommandArguments {
  /** Each `--config`, in order. */
  readonly config: readonly string[];
  /** Each `--set`, in order: `a.b=c`. */
  readonly set: readonly string[];
}

/** Resolves to the exit code. */
export type RunCommand = (args: CommandArguments, context: CommandContext) => Promise<number>;

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  /** Whether it reads a configuration, and so needs `--config`. */
  readonly takesConfig: boolean;
}

export interface CliCommand extends CommandDescription {
  readonly run: RunCommand;
}
