// What one test runs of the stack: a folder of its own, and everything that has to be ended after it. When the test has
// failed, what the programs wrote is shown.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { ChildProgram } from './child-program.ts';

const open = new Set<string>();

process.on('exit', () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});
// So that what belongs to an exit happens when it is interrupted too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

export class Stack {
  readonly folder: string;
  readonly #closers: (() => Promise<unknown>)[] = [];
  readonly #children = new Set<ChildProgram>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'stack-'));
    open.add(folder);
    const stack = new Stack(folder);
    stack.onClose(async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      open.delete(folder);
    });
    return stack;
  }

  /** What was opened last is closed first. */
  onClose(close: () => Promise<unknown>): void {
    this.#closers.unshift(close);
  }

  /** Ends the child with the test. */
  own(child: ChildProgram): ChildProgram {
    this.#children.add(child);
    this.onClose(() => child.end());
    return child;
  }

  get logs(): string {
    return [...this.#children].map(({ name, log }) => `--- ${name} wrote:\n${log}`).join('\n');
  }

  /** Closes everything, also when a part of it can't be closed. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0))
      await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
  }
}

/** Call it at the top of a suite; the returned function gives the running test's stack. */
export function stackPerTest(): () => Stack {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
  });
  afterEach(async (context) => {
    const { logs } = stack;
    await stack.close();
    // The types don't know it yet.
    if (!(context as unknown as { passed: boolean }).passed) process.stderr.write(`${logs}\n`);
  });
  return () => stack;
}

/** The same where all tests of a suite look at one run. */
export function stackPerSuite(): () => Stack {
  let stack: Stack;
  let hasFailed = false;
  before(async () => {
    stack = await Stack.open();
  });
  afterEach((context) => {
    hasFailed ||= !(context as unknown as { passed: boolean }).passed;
  });
  after(async () => {
    const { logs } = stack;
    await stack.close();
    if (hasFailed) process.stderr.write(`${logs}\n`);
  });
  return () => stack;
}
