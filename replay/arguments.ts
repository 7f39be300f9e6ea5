// The command line of `replay` → what is wished for, or what is wrong with it. Pure.
import { parseArgs } from 'node:util';
import { parseDuration } from '../collector/config/duration.ts';
import { nameHint } from '../collector/config/nearest-name.ts';

export const USAGE = `replay FILE… [--config FILE]… [--set a.b=c]… [--processor ID] [--dialect NAME]
       [--interval 5s] [--speed N|max] [--explain SESSION] [--json]

Nothing is delivered and no file is written: replay decides and prints.

  FILE               a recorded call, or what a page has sent; gzip too
  --config FILE      whose degradation processor decides; the build's own otel-config.yaml when none is given
  --set a.b=c        one value, over all files
  --processor ID     which one, where the configuration has several
  --dialect NAME     how the files are written; told by their shape when it is left out
  --interval 5s      of a recorded call, take one reading in this time, as a page would send it; 0 takes all
  --speed N          N times as fast as it happened, printing transitions as they come; max, the default, waits for nothing
  --explain SESSION  why this session did or did not alert, line by line
  --json             the result as JSON, with times as ISO 8601`;

export interface Wish {
  readonly files: readonly string[];
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly processorId?: string;
  readonly dialectName?: string;
  readonly intervalMs: number;
  /** How many seconds of the recording pass in one second; absent when nothing is waited for. */
  readonly speed?: number;
  readonly explain?: string;
  readonly json: boolean;
}

export interface WrongUsage {
  readonly wrong: string;
}

const OPTIONS = {
  config: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  processor: { type: 'string' },
  dialect: { type: 'string' },
  interval: { type: 'string', default: '5s' },
  speed: { type: 'string', default: 'max' },
  explain: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

const MAX_SPEED = 1_000;

export function parseWish(args: readonly string[], dialectNames: readonly string[]): Wish | WrongUsage {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return { wrong: wrongOption(error) };
  }
  const { config = [], set = [], processor, dialect, interval, speed, explain, json } = parsed.values;
  const files = parsed.positionals;
  if (files.length === 0) return { wrong: 'say which file to replay' };
  if (new Set(files).size < files.length) return { wrong: 'a file is named twice' };
  if (set.some((assignment) => !assignment.includes('='))) return { wrong: '--set without "="' };
  if (dialect !== undefined && !dialectNames.includes(dialect)) {
    const hint = nameHint(dialect, dialectNames, 'dialects');
    return { wrong: `unknown dialect "${dialect}"${hint === undefined ? '' : `\n  hint: ${hint}`}` };
  }
  const duration = parseDuration(interval);
  if (duration === undefined) return { wrong: '--interval takes a duration, such as 5s' };
  const factor = speed === 'max' ? undefined : Number(speed);
  if (factor !== undefined && !(factor > 0 && factor <= MAX_SPEED)) {
    return { wrong: `--speed takes max or a number up to ${MAX_SPEED}, such as 10` };
  }
  return {
    files,
    config,
    set,
    ...(processor !== undefined && { processorId: processor }),
    ...(dialect !== undefined && { dialectName: dialect }),
    intervalMs: duration.ms,
    ...(factor !== undefined && { speed: factor }),
    ...(explain !== undefined && { explain }),
    json,
  };
}

function wrongOption(error: unknown): string {
  // Node's sentences are for users too; the first one says what is wrong, the rest how to quote.
  const message = error instanceof Error ? error.message.split('. ')[0]! : String(error);
  const option = /^Unknown option '(-[^'=]*)/.exec(message)?.[1];
  const names = Object.keys(OPTIONS).map((name) => `--${name}`);
  const hint = option === undefined ? undefined : nameHint(option, names, 'options');
  return hint === undefined ? message : `${message}\n  hint: ${hint}`;
}
