// One of the real programs, or the product itself, as a child process. What it writes is kept, and shown when a test
// fails; it ends with the test file that started it, however that ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ProgramName, programPath } from './programs.ts';

/** Of its log, for messages. */
const KEPT_LINES = 200;
/** Has the kernel end the child when its parent is gone, even by SIGKILL. */
const SETPRIV = '/usr/bin/setpriv';

/** The product runs under the same Node as the tests. */
export type ChildName = ProgramName | 'product';

const running = new Set<ChildProgram>();

process.on('exit', () => {
  for (const child of running) child.kill();
});

export class ChildProgram {
  readonly name: ChildName;
  /** Resolves to what ended it: a signal, or an exit code as text. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #ending: string | undefined;

  constructor(name: ChildName, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.name = name;
    const program = name === 'product' ? process.execPath : programPath(name);
    const [file, argv] = existsSync(SETPRIV)
      ? [SETPRIV, ['--pdeathsig', 'KILL', program, ...args]]
      : [program, [...args]];
    this.#process = spawn(file, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
    running.add(this);
    // After "close" nothing more is read of it.
    this.ended = once(this.#process, 'close').then(([code, signal]: (number | string | null)[]) => {
      running.delete(this);
      return (this.#ending = String(signal ?? code));
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      });
    }
  }

  /** Of the program itself: what has the kernel end it with its parent makes way for it. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Undefined while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** The last lines that it wrote. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** kill -9. Safe when it has ended. */
  kill(): void {
    if (this.#ending === undefined) this.#process.kill('SIGKILL');
  }

  /** Resolves when nothing of it is left. Nothing here depends on how it would say goodbye. */
  async end(): Promise<void> {
    this.kill();
    await this.ended;
  }
}
