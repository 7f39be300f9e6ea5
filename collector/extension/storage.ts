// What a storage extension offers: databases whose commits are durable. The contract only; `file_storage` keeps it.
import type { Component, Host } from '../component.ts';

export type SqlValue = string | number | null | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export type Row = Readonly<Record<string, SqlValue>>;

export interface DatabaseOptions {
  /** SQL scripts that bring the database from one version to the next; only ever appended to. */
  readonly migrations: readonly string[];
  /**
   * `machine`: a commit survives the loss of power. `process`: it survives the death of the process, and costs no wait
   * for the disk.
   */
  readonly survives: 'machine' | 'process';
}

export interface Database {
  /** One transaction: all statements or none. Resolves when it is durable; many calls may share one write. */
  commit(statements: readonly Statement[]): Promise<void>;
  read(statement: Statement): Promise<readonly Row[]>;
}

export interface Storage {
  /** Opens, and creates if need be, the database of that name. Opening it again gives the same one. */
  open(name: string, options: DatabaseOptions): Promise<Database>;
}

function isStorage(extension: Component): extension is Component & Storage {
  return 'open' in extension;
}

/** The process's storage. Throws a sentence for the user when no extension offers one. */
export function requireStorage(host: Host): Storage {
  for (const extension of host.extensions.values()) if (isStorage(extension)) return extension;
  throw new Error('needs a storage extension: add file_storage to extensions and to service::extensions');
}
