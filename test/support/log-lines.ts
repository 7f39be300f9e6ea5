// A logger whose lines a test can read.
import type { Logger } from 'pino';
import { createLogger } from '../../collector/telemetry/logs.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface LogLine extends Readonly<Record<string, unknown>> {
  readonly level: string;
  readonly msg: string;
}

/** All lines from `debug` up, parsed, in `lines`. */
export function recordingLogger(clock = new VirtualClock()): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as LogLine);
  return { logger: createLogger('debug', clock, { write }), lines };
}
