// A process that takes a storage directory for itself, says so, and holds it until it is killed.
import { FileStorage } from '../../collector/extension/file_storage/file-storage.ts';

const storage = new FileStorage(
  { reportStatus: () => {} },
  { directory: process.argv[2]!, createDirectory: true, lock: true },
);
await storage.start();
process.stdin.resume();
process.stdout.write('locked\n');
