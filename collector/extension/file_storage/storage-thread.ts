// The process's side of the storage thread: requests out, replies back. A dead thread rejects all that waits for it.
import { Worker } from 'node:worker_threads';
import type { Row } from '../storage.ts';
import type { NumberedRequest, StorageReply, StorageRequest } from './protocol.ts';

interface Waiting {
  resolve(rows: readonly Row[]): void;
  reject(error: Error): void;
}

export class StorageThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #death: Error | undefined;

  /** `onDeath` is called when the thread ends without having been closed. */
  constructor(onDeath: (error: Error) => void) {
    // The source runs as TypeScript, the package as JavaScript: the thread's file has the ending of this one.
    const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    this.#worker = new Worker(new URL(`./thread${ending}`, import.meta.url));
    this.#worker.unref();
    this.#worker.on('message', (reply: StorageReply) => this.#settle(reply));
    const die = (error: Error) => {
      if (this.#death !== undefined) return;
      this.#death = error;
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
      onDeath(error);
    };
    this.#worker.on('error', (error) => die(new Error('the storage thread failed', { cause: error })));
    this.#worker.on('exit', () => die(new Error('the storage thread has ended')));
  }

  ask(request: StorageRequest): Promise<readonly Row[]> {
    if (this.#death !== undefined) return Promise.reject(this.#death);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#worker.postMessage({ id, request } satisfies NumberedRequest);
      this.#waiting.set(id, { resolve, reject });
      // While an answer is awaited the process must not end by itself.
      this.#worker.ref();
    });
  }

  /** Commits what waits, closes the files and ends the thread. */
  async close(): Promise<void> {
    if (this.#death !== undefined) return;
    try {
      await this.ask({ kind: 'close' });
    } finally {
      this.#death ??= new Error('the storage is closed');
      await this.#worker.terminate();
    }
  }

  #settle(reply: StorageReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.ok) waiting?.resolve(reply.rows);
    else waiting?.reject(new Error(reply.message));
  }
}
