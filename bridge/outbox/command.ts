// `outbox ls` and `outbox redrive`: what has not been delivered, and sending it again. Works beside a running collector,
// which takes up redriven rows within seconds, and without one.
import { parseArgs } from 'node:util';
import {
  CONFIG_INVALID_EXIT_CODE,
  FAILED_EXIT_CODE,
  OK_EXIT_CODE,
  WRONG_USAGE_EXIT_CODE,
} from '../../collector/cli/exit-codes.ts';
import { loadForCommand } from '../../collector/cli/load-for-command.ts';
import type { Command, CommandContext } from '../../collector/component.ts';
import type { CollectorConfig } from '../../collector/config/model.ts';
import { messageOf } from '../../collector/errors.ts';
import {
  fileStorageFactory,
  type FileStorageConfig,
} from '../../collector/extension/file_storage/factory.ts';
import { FileStorage } from '../../collector/extension/file_storage/file-storage.ts';
import type { Database } from '../../collector/extension/storage.ts';
import { readUndelivered, redriveStatement, type OutboxRow } from './outbox-store.ts';
import { INCIDENTS_DATABASE } from './outbox.ts';
import { INCIDENTS_MIGRATIONS } from './schema.ts';

const USAGE = `outbox ls --config FILE [--limit N]
outbox redrive --config FILE [--row N | --destination ID]`;

const DEFAULT_LIMIT = 200;

export const outboxCommand: Command = {
  name: 'outbox',
  usage: USAGE,
  summary: 'list what has not been delivered (ls), or have it sent again (redrive)',
  run: runOutboxCommand,
};

interface Wish {
  readonly action: 'ls' | 'redrive';
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly limit: number;
  readonly rowId?: number;
  readonly destination?: string;
}

async function runOutboxCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context;
  const wish = parseWish(args);
  if (typeof wish === 'string') {
    io.err(`${wish}\n\nusage:\n${USAGE}\n`);
    return WRONG_USAGE_EXIT_CODE;
  }
  const loaded = await loadForCommand(wish, context);
  if (loaded === undefined) return CONFIG_INVALID_EXIT_CODE;
  const directory = storageDirectory(loaded.config);
  if (directory === undefined) {
    io.err('the configuration has no file_storage in service::extensions, so there is no outbox\n');
    return CONFIG_INVALID_EXIT_CODE;
  }
  const storage = new FileStorage({ reportStatus() {} }, { directory, createDirectory: false, lock: false });
  try {
    await storage.start();
    const database = await storage.open(INCIDENTS_DATABASE, {
      migrations: INCIDENTS_MIGRATIONS,
      survives: 'machine',
    });
    io.out(await carryOut(wish, database, io.clock.nowMs()));
    return OK_EXIT_CODE;
  } catch (error) {
    io.err(`${messageOf(error)}\n`);
    return FAILED_EXIT_CODE;
  } finally {
    await storage.shutdown();
  }
}

/** What was asked for, or what is wrong with it. */
function parseWish(args: readonly string[]): Wish | string {
  const options = {
    config: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    limit: { type: 'string' },
    row: { type: 'string' },
    destination: { type: 'string' },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return (error as Error).message;
  }
  const { config = [], set = [], limit = String(DEFAULT_LIMIT), row, destination } = parsed.values;
  const [action, ...more] = parsed.positionals;
  if ((action !== 'ls' && action !== 'redrive') || more.length > 0) return 'say what to do: ls or redrive';
  if (config.length === 0) return 'at least one --config is needed';
  if (!/^[1-9]\d{0,8}$/.test(limit)) return '--limit takes a whole number';
  if (row !== undefined && !/^[1-9]\d{0,14}$/.test(row)) return '--row takes a number that ls shows';
  return {
    action,
    config,
    set,
    limit: Number(limit),
    ...(row !== undefined && { rowId: Number(row) }),
    ...(destination !== undefined && { destination }),
  };
}

async function carryOut(wish: Wish, database: Database, nowMs: number): Promise<string> {
  if (wish.action === 'ls') return listing(await readUndelivered(database, wish.limit));
  const wanted = (await readUndelivered(database, Number.MAX_SAFE_INTEGER)).filter(
    (row) =>
      (wish.rowId === undefined || row.rowId === wish.rowId) &&
      (wish.destination === undefined || row.destination === wish.destination),
  );
  if (wanted.length === 0) return 'nothing to redrive\n';
  await database.commit([redriveStatement(wish, nowMs)]);
  return `${listing(wanted)}${wanted.length} due now; a running collector takes them up within seconds\n`;
}

function listing(rows: readonly OutboxRow[]): string {
  if (rows.length === 0) return 'everything has been delivered\n';
  const table = [
    [
      'row',
      'state',
      'destination',
      'session',
      'transition',
      'severity',
      'decided',
      'attempts',
      'last reason',
    ],
    ...rows.map((row) => [
      String(row.rowId),
      row.state,
      row.destination,
      row.subject,
      `${row.kind} (${row.sequence})`,
      row.severity,
      new Date(row.createdAtMs).toISOString(),
      String(row.attemptCount),
      row.lastReason ?? '',
    ]),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  return `${table.map(line).join('\n')}\n`;
}

function storageDirectory(config: CollectorConfig): string | undefined {
  for (const id of config.service.extensions) {
    const extension = config.extensions.get(id);
    if (extension?.factory !== fileStorageFactory) continue;
    return (extension.config as FileStorageConfig).directory;
  }
  return undefined;
}
