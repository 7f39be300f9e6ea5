// The command line → what to do. Decides only; whoever calls it prints and runs.
import { parseArgs } from 'node:util';
import type { Command } from '../component.ts';
import { nameHint } from '../config/nearest-name.ts';
import type { CommandArguments, CommandDescription } from './command.ts';
import { usageText, type Offered } from './usage.ts';

export type ParsedArguments<Host extends CommandDescription> =
  | { readonly kind: 'command'; readonly command: Host; readonly args: CommandArguments }
  /** A command that a component brings; it reads its arguments itself. */
  | { readonly kind: 'extra-command'; readonly command: Command; readonly args: readonly string[] }
  /** For the standard output, with exit code 0. */
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** For the standard error output, with WRONG_USAGE_EXIT_CODE. */
  | { readonly kind: 'wrong-usage'; readonly text: string };

const OPTION_NAMES = ['--config', '--set', '--help', '--version'];
const PROGRAM = 'webrtc-quality-bridge';

/** `argv` is what follows the program's name. */
export function parseArguments<Host extends CommandDescription>(
  argv: readonly string[],
  offered: Offered<Host>,
): ParsedArguments<Host> {
  const usage = usageText(PROGRAM, offered);
  const wrong = (message: string, hint?: string): ParsedArguments<Host> => {
    const hintLine = hint === undefined ? '' : `  hint: ${hint}\n`;
    return { kind: 'wrong-usage', text: `${message}\n${hintLine}\n${usage}` };
  };
  const [name, ...rest] = argv;
  if (name === undefined) return wrong('a command is missing');
  if (name === '--help' || name === '-h' || name === 'help') return { kind: 'help', text: usage };
  if (name === '--version') return { kind: 'version' };

  const extra = offered.extraCommands.find((command) => command.name === name);
  if (extra !== undefined) {
    if (!rest.includes('--help')) return { kind: 'extra-command', command: extra, args: rest };
    return { kind: 'help', text: `Usage: ${PROGRAM} ${extra.usage}\n\n${extra.summary}\n` };
  }
  const command = offered.commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const names = [...offered.commands, ...offered.extraCommands].map((candidate) => candidate.name);
    const message = name.startsWith('-') ? `a command must come before ${name}` : `unknown command "${name}"`;
    return wrong(message, nameHint(name, names, 'commands'));
  }
  const options = parseOptions(rest);
  if (!options.ok) return wrong(options.message, options.hint);
  const { values } = options;
  if (values.help === true) return { kind: 'help', text: usage };
  if (values.version === true) return { kind: 'version' };
  const args = { config: values.config ?? [], set: values.set ?? [] };
  if (!command.takesConfig && args.config.length + args.set.length > 0) {
    return wrong(`"${name}" reads no configuration`);
  }
  if (command.takesConfig && args.config.length === 0) return wrong('at least one --config must be given');
  // What stands there may be a secret, so it isn't shown.
  if (args.set.some((assignment) => !assignment.includes('='))) return wrong('--set without "="');
  return { kind: 'command', command, args };
}

interface OptionValues {
  readonly config?: string[];
  readonly set?: string[];
  readonly help?: boolean;
  readonly version?: boolean;
}

type Options =
  | { readonly ok: true; readonly values: OptionValues }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

function parseOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        config: { type: 'string', multiple: true },
        set: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
    return { ok: true, values };
  } catch (error) {
    // Node's sentences are for users too; the first one says what is wrong, the rest how to quote.
    const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
    const option = /^Unknown option '(-[^'=]*)/.exec(message)?.[1];
    const hint = option === undefined ? undefined : nameHint(option, OPTION_NAMES, 'options');
    return { ok: false, message, ...(hint !== undefined && { hint }) };
  }
}
