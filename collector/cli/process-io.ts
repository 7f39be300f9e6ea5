// The real environment, clock and standard streams, for commands.
import { systemClock } from '../clock.ts';
import type { CommandIo } from '../component.ts';

export const processIo: CommandIo = {
  env: process.env,
  clock: systemClock,
  // Synchronous for files, terminals and, on Unix, pipes: nothing is lost when the process ends right after.
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
};
