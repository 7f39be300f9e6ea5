// Real child processes, since signals, exit codes and what keeps a process alive can't be seen from inside one.
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { after, afterEach, before, describe, it } from 'node:test';

const MAIN = join(import.meta.dirname, '../../collector/main.ts');
const FAKES = join(import.meta.dirname, '../support/fake-collector-process.ts');

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'process-'));
});
after(() => rm(directory, { recursive: true }));

let child: ChildProcessByStdio<null, null, Readable> | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
});

interface Run {
  readonly lines: string[];
  readonly exited: Promise<number | NodeJS.Signals>;
  signal(signal: NodeJS.Signals): void;
  /** Resolves when a line that matches has been written; rejects when the process ends without one. */
  written(pattern: RegExp): Promise<void>;
}

async function run(program: string, yaml: string): Promise<Run> {
  const file = join(directory, 'config.yaml');
  await writeFile(file, yaml);
  const args = ['--disable-warning=ExperimentalWarning', program, 'run', '--config', file];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child = running;
  const lines: string[] = [];
  let look = () => {};
  createInterface({ input: running.stderr }).on('line', (line) => {
    lines.push(line);
    look();
  });
  const closed = once(running, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const exited = closed.then(([code, signal]) => code ?? signal!);
  const written = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        if (lines.some((line) => pattern.test(line))) resolve();
      };
      look();
      void exited.then(() => reject(new Error(`ended without ${String(pattern)}:\n${lines.join('\n')}`)));
    });
  return { lines, exited, written, signal: (signal) => void running.kill(signal) };
}

const withReceiver = (receiver: string) => `
receivers: {${receiver}: }
exporters: {gauges: }
service:
  pipelines: {metrics: {receivers: [${receiver}], exporters: [gauges]}}
  telemetry: {metrics: {address: "127.0.0.1:0"}}
`;

describe('the process', { concurrency: false }, () => {
  it('ends with 78 and says where, when its configuration is wrong', async () => {
    const { exited, lines } = await run(MAIN, 'receivers: {nonesuch: }\n');
    assert.equal(await exited, 78);
    assert.match(lines.join('\n'), /config\.yaml:1:\d+: receivers::nonesuch: unknown type/);
  });

  it('lives with nothing to do until SIGTERM, drains, and ends with 0', async () => {
    const { exited, lines, signal, written } = await run(FAKES, withReceiver('fake'));
    await written(/"msg":"started"/);
    signal('SIGTERM');
    assert.equal(await exited, 0);
    const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg);
    assert.deepEqual(messages, ['started', 'shutting down', 'stopped']);
  });

  it('lives without a single open handle of its components', async () => {
    const yaml = withReceiver('fake').replace('address: "127.0.0.1:0"', 'level: none');
    const { exited, signal, written } = await run(FAKES, yaml);
    await written(/"msg":"started"/);
    signal('SIGINT');
    assert.equal(await exited, 0);
  });

  it('ends at once with 143 at a second SIGTERM, although a component never stops', async () => {
    const { exited, signal, written } = await run(FAKES, withReceiver('fake/stuck'));
    await written(/"msg":"started"/);
    signal('SIGTERM');
    await written(/"msg":"shutting down"/);
    signal('SIGTERM');
    assert.equal(await exited, 143);
  });

  it('abandons a component that never stops when the deadline has passed, and ends with 1', async () => {
    const yaml = `${withReceiver('fake/stuck')}  shutdown_timeout: 1ms\n`;
    const { exited, signal, written } = await run(FAKES, yaml);
    await written(/"msg":"started"/);
    signal('SIGTERM');
    await written(/abandoned \\"fake\/stuck\\" receiver/);
    assert.equal(await exited, 1);
  });

  it('ends with 1 and a logged reason at a fault that nobody caught', async () => {
    const { exited, lines } = await run(FAKES, withReceiver('fake/faulty'));
    assert.equal(await exited, 1);
    assert.match(lines.at(-1)!, /"level":"fatal".*nobody catches this/);
  });
});
