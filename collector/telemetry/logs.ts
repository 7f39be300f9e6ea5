// The process's own log: JSON lines on stderr. Secrets need no redaction here, since their type prints as a mask.
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { Clock } from '../clock.ts';
import type { LogLevel } from '../config/model.ts';

const STDERR = 2;

/** Lines carry `level` in words, `time` in ISO 8601, and errors, under `err`, with their causes. */
export function createLogger(level: LogLevel, clock: Clock, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      // The process id and the host's name are what the log's collector knows better.
      base: null,
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.errWithCause },
    },
    // Written at once, so that the last lines before the process ends are not lost.
    destination ?? pino.destination({ dest: STDERR, sync: true }),
  );
}
