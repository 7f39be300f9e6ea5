// `outbox ls`, `outbox redrive` and `outbox log`: what has not been delivered, sending it again, and what was attempted.
// Works beside a running collector, which takes up redriven rows within seconds, and without one.
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
import { attemptTable, rowTable } from './command-output.ts';
import { parseWish, USAGE, type Wish } from './command-wish.ts';
import { INCIDENTS_DATABASE } from './outbox.ts';
import { INCIDENTS_MIGRATIONS } from './schema.ts';
import { readAttempts, readUndelivered, redriveStatement } from './undelivered.ts';

export const outboxCommand: Command = {
  name: 'outbox',
  usage: USAGE,
  summary: 'list what has not been delivered (ls), have it sent again (redrive), show attempts (log)',
  run: runOutboxCommand,
};

async function runOutboxCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context;
  const nowMs = io.clock.nowMs();
  const wish = parseWish(args, nowMs);
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
    io.out(await carryOut(wish, database, nowMs));
    return OK_EXIT_CODE;
  } catch (error) {
    io.err(`${messageOf(error)}\n`);
    return FAILED_EXIT_CODE;
  } finally {
    await storage.shutdown();
  }
}

async function carryOut(wish: Wish, database: Database, nowMs: number): Promise<string> {
  switch (wish.action) {
    case 'ls': {
      const rows = await readUndelivered(database, wish.limit, wish.choice);
      if (rows.length > 0) return rowTable(rows);
      const isAll = Object.keys(wish.choice).length === 0;
      return isAll ? 'everything has been delivered\n' : 'there is no such row\n';
    }
    case 'redrive': {
      const choice = { ...wish.choice, states: ['pending', 'dead'] as const };
      const rows = await readUndelivered(database, Number.MAX_SAFE_INTEGER, choice);
      if (rows.length === 0) return 'nothing to redrive\n';
      await database.commit([redriveStatement(wish.choice, nowMs)]);
      return `${rowTable(rows)}${rows.length} due now; a running collector takes them up within seconds\n`;
    }
    case 'log': {
      const attempts = await readAttempts(database, wish.rowId);
      if (attempts === undefined) return `there is no row ${wish.rowId}\n`;
      return attempts.length === 0 ? `row ${wish.rowId} has not been attempted\n` : attemptTable(attempts);
    }
  }
}

function storageDirectory(config: CollectorConfig): string | undefined {
  for (const id of config.service.extensions) {
    const extension = config.extensions.get(id);
    if (extension?.factory !== fileStorageFactory) continue;
    return (extension.config as FileStorageConfig).directory;
  }
  return undefined;
}
