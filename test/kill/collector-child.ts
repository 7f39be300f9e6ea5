// The parent's side of one crashing collector: started by an order, read by its log, ended by SIGKILL only.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Notice, Order } from './crashing-collector.ts';

const PROGRAM = join(import.meta.dirname, 'crashing-collector.ts');
/** Of its log, for the message when it ends by itself. */
const KEPT_LINES = 30;

export interface ChildOptions {
  /** Where it keeps its databases. */
  readonly directory: string;
  /** Where compiled code is kept between one child and the next. */
  readonly cacheDirectory: string;
  readonly siemUrl: string;
  onPoint(name: string): void;
}

/** Where a started collector listens, `host:port` by the keys of its parts. */
export type Addresses = Readonly<Record<string, string>>;

export class CollectorChild {
  /** Resolves to what ended it: a signal, or an exit code as text. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  readonly #warm = Promise.withResolvers<void>();
  readonly #started = Promise.withResolvers<Addresses>();
  readonly #lines: string[] = [];

  constructor({ directory, cacheDirectory, siemUrl, onPoint }: ChildOptions) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    this.#process = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROGRAM, directory, siemUrl],
      { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...env, NODE_COMPILE_CACHE: cacheDirectory } },
    );
    const exited = once(this.#process, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    this.ended = exited.then(([code, signal]) => signal ?? String(code));
    this.#process.on('message', (notice: Notice) => {
      if (notice.kind === 'warm') this.#warm.resolve();
      else onPoint(notice.name);
    });
    createInterface({ input: this.#process.stderr! }).on('line', (line) => this.#read(line));
  }

  /** The last lines of its log. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** Resolves when it has loaded everything; never, when it ends before that. */
  get warm(): Promise<void> {
    return this.#warm.promise;
  }

  /** To be called when it is warm. Resolves when everything serves; never, when it ends before that. */
  start(overrides: readonly string[]): Promise<Addresses> {
    this.#order({ kind: 'start', overrides });
    return this.#started.promise;
  }

  arm(point: string, call: number): void {
    this.#order({ kind: 'arm', point, call });
  }

  /** Safe when it has ended already. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #order(order: Order): void {
    // Its end is told by `ended`; what could not be said to it any more does not matter.
    this.#process.send(order, () => {});
  }

  #read(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    if (!line.includes('"msg":"started"')) return;
    this.#started.resolve((JSON.parse(line) as { addresses: Addresses }).addresses);
  }
}
