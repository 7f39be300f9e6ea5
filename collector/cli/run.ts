// `run`: the collector as a process, from reading its configuration to a drained end.
import type { CommandContext } from '../component.ts';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { type Collector, createCollector } from '../service/collector.ts';
import { createLogger } from '../telemetry/logs.ts';
import { logOtelDiagnostics } from '../telemetry/otel-diagnostics.ts';
import type { CliCommand, CommandArguments } from './command.ts';
import {
  CONFIG_INVALID_EXIT_CODE,
  ENDED_BY_SIGNAL_EXIT_CODES,
  FAILED_EXIT_CODE,
  OK_EXIT_CODE,
} from './exit-codes.ts';
import { loadForCommand } from './load-for-command.ts';
import type { ProcessEdge, StopSignal } from './process-edge.ts';

/** The command that runs until a signal ends it. */
export function runCommand(edge: ProcessEdge): CliCommand {
  return {
    name: 'run',
    summary: 'run the collector until SIGINT or SIGTERM',
    takesConfig: true,
    run: (args, context) => run(args, context, edge),
  };
}

async function run(args: CommandArguments, context: CommandContext, edge: ProcessEdge): Promise<number> {
  const loaded = await loadForCommand(args, context);
  if (loaded === undefined) return CONFIG_INVALID_EXIT_CODE;
  const { config } = loaded;
  const { distribution, io } = context;
  const logger = createLogger(config.service.telemetry.logs.level, io.clock, {
    write: (line) => io.err(line),
  });
  logOtelDiagnostics(logger);
  edge.onFault((err) => {
    // What is durable is on disk already; anything more, done in an unknown state, could only harm it.
    logger.fatal({ err }, 'ended by a fault that nobody caught');
    edge.exit(FAILED_EXIT_CODE);
  });
  const release = edge.holdOpen();
  try {
    const collector = createCollector({ config, distribution, clock: io.clock, logger });
    return await runUntilSignal(collector, edge, logger);
  } catch (err) {
    logger.fatal({ err }, messageOf(err));
    return FAILED_EXIT_CODE;
  } finally {
    release();
  }
}

/** Rejects when the collector can't stop cleanly. */
async function runUntilSignal(collector: Collector, edge: ProcessEdge, logger: Logger): Promise<number> {
  const stopAsked = listenForStop(edge, logger);
  // A signal may come while parts are still starting; they are stopped then, and how `start` ends no longer matters.
  try {
    await Promise.race([collector.start(), stopAsked]);
  } catch {
    // The collector has logged why, and has stopped what had started.
    return FAILED_EXIT_CODE;
  }
  await stopAsked;
  await collector.shutdown();
  return OK_EXIT_CODE;
}

/** Resolves at the first signal that asks for the end. The second one ends the process at once. */
function listenForStop(edge: ProcessEdge, logger: Logger): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: StopSignal | undefined;
  edge.onSignal((signal) => {
    if (signal === 'SIGHUP') {
      logger.warn({ signal }, 'reload is not supported; restart instead');
    } else if (first === undefined) {
      first = signal;
      logger.info({ signal }, 'shutting down');
      resolve();
    } else {
      logger.warn({ signal }, 'ended at once by a second signal');
      edge.exit(ENDED_BY_SIGNAL_EXIT_CODES[signal]);
    }
  });
  return promise;
}
