// The subcommands that need no running process.
import type { CliCommand } from './command.ts';
import { components } from './components.ts';
import { printConfig } from './print-config.ts';
import { validate } from './validate.ts';

export const configCommands: readonly CliCommand[] = [
  {
    name: 'validate',
    summary: 'check the configuration; says nothing when it is fine',
    takesConfig: true,
    run: validate,
  },
  {
    name: 'components',
    summary: 'list what this build can run',
    takesConfig: false,
    run: components,
  },
  {
    name: 'print-config',
    summary: 'show the configuration in effect, secrets masked',
    takesConfig: true,
    run: printConfig,
  },
];
