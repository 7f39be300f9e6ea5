// `destination test ID`: sends a marked test incident by the destination's own adapter and sender, and tells what came
// back. Opens no database, so that it works beside a running collector.
import { parseArgs } from 'node:util';
import {
  CONFIG_INVALID_EXIT_CODE,
  FAILED_EXIT_CODE,
  OK_EXIT_CODE,
  WRONG_USAGE_EXIT_CODE,
} from '../../collector/cli/exit-codes.ts';
import { loadForCommand } from '../../collector/cli/load-for-command.ts';
import { processEdge } from '../../collector/cli/process-edge.ts';
import type { Command, CommandContext, Component } from '../../collector/component.ts';
import { messageOf } from '../../collector/errors.ts';
import { createDestination, hostFor } from './trial-parts.ts';
import { isPassed, tryDestination, type TrialStep } from './trial.ts';

const USAGE = 'destination test ID --config FILE [--set KEY=VALUE]';

export const destinationCommand: Command = {
  name: 'destination',
  usage: USAGE,
  summary: 'send a marked test incident to one destination, and show what it answers (test)',
  run: runDestinationCommand,
};

interface Wish {
  readonly id: string;
  readonly config: readonly string[];
  readonly set: readonly string[];
}

async function runDestinationCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context;
  const wish = parseWish(args);
  if (typeof wish === 'string') {
    io.err(`${wish}\n\nusage:\n${USAGE}\n`);
    return WRONG_USAGE_EXIT_CODE;
  }
  const loaded = await loadForCommand(wish, context);
  if (loaded === undefined) return CONFIG_INVALID_EXIT_CODE;
  const destination = createDestination(wish.id, loaded.config, io.clock);
  if (typeof destination === 'string') {
    io.err(`${destination}\n`);
    return CONFIG_INVALID_EXIT_CODE;
  }
  // Between two requests nothing but a timer may be pending, which keeps no process alive.
  const letGo = processEdge.holdOpen();
  const deadline = AbortSignal.abort();
  const extensions: Component[] = [];
  try {
    await destination.attempts.open(await hostFor(wish.id, loaded.config, io.clock, extensions));
    const steps = await tryDestination(destination, io.clock, new AbortController().signal);
    io.out(listing(wish.id, steps));
    return isPassed(steps) ? OK_EXIT_CODE : FAILED_EXIT_CODE;
  } catch (error) {
    io.err(`${messageOf(error)}\n`);
    return FAILED_EXIT_CODE;
  } finally {
    await destination.shutdown(deadline);
    for (const extension of extensions) await extension.shutdown(deadline);
    letGo();
  }
}

/** What was asked for, or what is wrong with it. */
function parseWish(args: readonly string[]): Wish | string {
  const options = {
    config: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const [action, id, ...more] = parsed.positionals;
  if (action !== 'test' || id === undefined || more.length > 0) {
    return 'say what to do and with which exporter: test webhook/siem';
  }
  const { config = [], set = [] } = parsed.values;
  if (config.length === 0) return 'at least one --config is needed';
  return { id, config, set };
}

/** Answers are shown as the delivery log shows them, short and without secrets, and can do nothing to a terminal. */
function listing(id: string, steps: readonly TrialStep[]): string {
  const lines = steps.map(({ kind, attempt }) => {
    const { outcome, durationMs, excerpt = '' } = attempt;
    const answer = excerpt.replace(/[\p{C}\s]+/gu, ' ').trim();
    const facts = [kind.padEnd(9), `${durationMs} ms`.padStart(8), outcome.kind, `(${outcome.reason})`];
    return `  ${[...facts, ...(answer === '' ? [] : [answer])].join('  ')}\n`;
  });
  const verdict = isPassed(steps) ? 'the destination took the test incident' : 'NOT DELIVERED';
  return `${id}\n${lines.join('')}${verdict}\n`;
}
