// The text of `--help`.
import type { Command } from '../component.ts';
import type { CommandDescription } from './command.ts';

const OPTIONS = `Options:
  --config FILE   a configuration file; may be given several times, later ones win
  --set a.b=c     one value, over all files; a::b=c when a name holds a dot
  --help          this text
  --version       the version of this build
`;

export interface Offered<Host extends CommandDescription = CommandDescription> {
  /** The host's own subcommands, `run` among them. */
  readonly commands: readonly Host[];
  /** Those that components bring. */
  readonly extraCommands: readonly Command[];
}

export function usageText(program: string, { commands, extraCommands }: Offered): string {
  const rows = [...commands, ...extraCommands].map(({ name, summary }) => [name, summary] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
  return `Usage: ${program} COMMAND [--config FILE…] [--set a.b=c…]\n\nCommands:\n${table}\n${OPTIONS}`;
}
