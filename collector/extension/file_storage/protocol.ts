// What the process and its storage thread say to each other.
import type { Row, SqlValue, Statement } from '../storage.ts';

export type StorageRequest =
  | {
      readonly kind: 'open';
      readonly database: string;
      readonly path: string;
      readonly migrations: readonly string[];
      readonly synchronous: 'FULL' | 'NORMAL';
    }
  /** Takes the directory for this process alone, until it ends. */
  | { readonly kind: 'lock'; readonly path: string }
  | { readonly kind: 'commit'; readonly database: string; readonly statements: readonly Statement[] }
  | {
      readonly kind: 'read';
      readonly database: string;
      readonly sql: string;
      readonly values: readonly SqlValue[];
    }
  | { readonly kind: 'close' };

export type StorageReply =
  | { readonly id: number; readonly ok: true; readonly rows: readonly Row[] }
  | { readonly id: number; readonly ok: false; readonly message: string };

export interface NumberedRequest {
  readonly id: number;
  readonly request: StorageRequest;
}
