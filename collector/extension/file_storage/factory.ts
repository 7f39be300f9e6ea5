// The configuration of the extension `file_storage`.
import { z } from 'zod';
import { defineExtension } from '../../define.ts';
import { FileStorage } from './file-storage.ts';

const configSchema = z.strictObject({
  directory: z
    .string()
    .min(1)
    .default('./data')
    .describe('Where the database files are kept. One directory serves one process.'),
  create_directory: z.boolean().default(true).describe('Whether to create the directory when it is missing.'),
});

export type FileStorageConfig = z.output<typeof configSchema>;

export const fileStorageFactory = defineExtension({
  type: 'file_storage',
  summary: 'Keeps what must survive a crash in SQLite files, in one directory.',
  configSchema,
  create: (settings, config) =>
    new FileStorage(settings, {
      directory: config.directory,
      createDirectory: config.create_directory,
      lock: true,
    }),
});
