// The storage thread: owns the database files, so that a commit that waits for the disk stalls nobody else.
import { DatabaseSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { GroupedDatabase } from './grouped-database.ts';
import type { NumberedRequest, StorageReply, StorageRequest } from './protocol.ts';

const port = parentPort;
if (port === null) throw new Error('the storage thread must be started as a worker');

const databases = new Map<string, GroupedDatabase>();
let lock: DatabaseSync | undefined;
let isCommitScheduled = false;

port.on('message', ({ id, request }: NumberedRequest) => {
  const reply = (message: StorageReply) => port.postMessage(message);
  try {
    if (request.kind === 'commit') {
      databaseOf(request.database).enqueue(request.statements, (error) =>
        reply(error === undefined ? { id, ok: true, rows: [] } : { id, ok: false, message: error.message }),
      );
      scheduleCommit();
    } else {
      reply({ id, ok: true, rows: answer(request) });
    }
  } catch (error) {
    reply({ id, ok: false, message: error instanceof Error ? error.message : String(error) });
  }
});

function answer(request: Exclude<StorageRequest, { kind: 'commit' }>) {
  switch (request.kind) {
    case 'open':
      if (!databases.has(request.database)) {
        const { path, migrations, synchronous } = request;
        databases.set(request.database, new GroupedDatabase(path, migrations, synchronous));
      }
      return [];
    case 'lock':
      // SQLite's own file lock: given back by the system however the process ends.
      lock = new DatabaseSync(request.path, { timeout: 0 });
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return [];
    case 'read':
      // What was handed in before must be seen.
      databaseOf(request.database).commitWaiting();
      return databaseOf(request.database).read(request.sql, request.values);
    case 'close':
      for (const database of databases.values()) database.close();
      databases.clear();
      lock?.close();
      lock = undefined;
      return [];
  }
}

/** After all messages that have already arrived, so that they share one commit. */
function scheduleCommit(): void {
  if (isCommitScheduled) return;
  isCommitScheduled = true;
  setImmediate(() => {
    isCommitScheduled = false;
    for (const database of databases.values()) database.commitWaiting();
  });
}

function databaseOf(name: string): GroupedDatabase {
  const database = databases.get(name);
  if (database === undefined) throw new Error(`database "${name}" is not open`);
  return database;
}
