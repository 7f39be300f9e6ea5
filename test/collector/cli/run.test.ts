import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CommandIo } from '../../../collector/component.ts';
import type { ProcessEdge, ReloadSignal, StopSignal } from '../../../collector/cli/process-edge.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { fakeDistribution, Recorder } from '../../support/fake-distribution.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const GOOD = `
receivers: {fake: }
exporters: {gauges: }
service:
  pipelines: {metrics: {receivers: [fake], exporters: [gauges]}}
  telemetry: {metrics: {level: none}}
`;

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-'));
  await writeFile(join(directory, 'good.yaml'), GOOD);
  await writeFile(join(directory, 'bad.yaml'), GOOD.replace('[gauges]', '[gauge]'));
});
after(() => rm(directory, { recursive: true }));

class FakeEdge implements ProcessEdge {
  readonly exits: number[] = [];
  isHeldOpen = false;
  signal: (signal: StopSignal | ReloadSignal) => void = () => assert.fail('no listener for signals');
  fault: (fault: unknown) => void = () => assert.fail('no listener for faults');

  onSignal(listener: (signal: StopSignal | ReloadSignal) => void): void {
    this.signal = listener;
  }
  onFault(listener: (fault: unknown) => void): void {
    this.fault = listener;
  }
  holdOpen(): () => void {
    this.isHeldOpen = true;
    return () => (this.isHeldOpen = false);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
}

/** Runs `run` in this process. `written` resolves when a line that matches has gone to the standard error output. */
function runWith(file: 'good.yaml' | 'bad.yaml') {
  const recorder = new Recorder();
  const edge = new FakeEdge();
  const clock = new VirtualClock();
  let errors = '';
  let wake = () => {};
  const io: CommandIo = {
    env: {},
    clock,
    out: () => assert.fail('nothing goes to the standard output'),
    err(text) {
      errors += text;
      wake();
    },
    isTerminal: false,
  };
  const written = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(errors)) await new Promise<void>((resolve) => (wake = resolve));
  };
  // Started later, so that a test can say first what the fakes do.
  const start = () =>
    runProgram(['run', '--config', join(directory, file)], fakeDistribution(recorder), io, edge);
  return { recorder, edge, clock, start, written, errors: () => errors };
}

describe('run', () => {
  it('runs until SIGTERM, drains, and ends with 0', async () => {
    const { recorder, edge, start, written } = runWith('good.yaml');
    const code = start();
    await written(/"msg":"started"/);
    assert.equal(edge.isHeldOpen, true);
    assert.deepEqual(recorder.callsOf('shutdown'), []);
    edge.signal('SIGTERM');
    assert.equal(await code, 0);
    assert.deepEqual(recorder.callsOf('shutdown'), [
      'shutdown receiver:fake',
      'shutdown exporter:gauges',
      'shutdown hub:metrics',
    ]);
    assert.equal(edge.isHeldOpen, false);
    assert.deepEqual(edge.exits, []);
  });

  it('reports what is wrong with the configuration, starts nothing, and ends with 78', async () => {
    const { recorder, start, errors } = runWith('bad.yaml');
    assert.equal(await start(), 78);
    assert.match(errors(), /bad\.yaml:5:\d+: service::pipelines::metrics: .*"gauge"/);
    assert.deepEqual(recorder.calls, []);
  });

  it('says in one line why it could not start, and ends with 1', async () => {
    const { recorder, edge, start, errors } = runWith('good.yaml');
    recorder.behaviours['exporter:gauges'] = { start: () => Promise.reject(new Error('port taken')) };
    assert.equal(await start(), 1);
    const told = errors()
      .split('\n')
      .filter((line) => line.includes('"level":"error"'));
    assert.equal(told.length, 1);
    assert.match(told[0]!, /"msg":"failed to start \\"gauges\\" exporter: port taken"/);
    assert.equal(edge.isHeldOpen, false);
  });

  it('ends with 1 when it could not stop cleanly', async () => {
    const { recorder, edge, start, written, errors } = runWith('good.yaml');
    recorder.behaviours['exporter:gauges'] = { shutdown: () => Promise.reject(new Error('half sent')) };
    const code = start();
    await written(/"msg":"started"/);
    edge.signal('SIGINT');
    assert.equal(await code, 1);
    assert.match(errors(), /failed to stop \\"gauges\\" exporter: half sent/);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`ends at once with ${code} when ${signal} comes while it drains`, async () => {
      const { recorder, edge, start, written } = runWith('good.yaml');
      recorder.behaviours['receiver:fake'] = { shutdown: () => new Promise(() => {}) };
      void start();
      await written(/"msg":"started"/);
      edge.signal('SIGTERM');
      assert.deepEqual(edge.exits, []);
      edge.signal(signal);
      assert.deepEqual(edge.exits, [code]);
    });
  }

  it('stops what has started when a signal comes during the start, and ends with 0', async () => {
    const { recorder, edge, start, written } = runWith('good.yaml');
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    recorder.behaviours['exporter:gauges'] = {
      start() {
        reached.resolve();
        return gate.promise;
      },
    };
    const code = start();
    await reached.promise;
    edge.signal('SIGTERM');
    await written(/shutting down/);
    gate.resolve();
    assert.equal(await code, 0);
    assert.deepEqual(recorder.callsOf('start', 'shutdown'), [
      'start hub:metrics',
      'start exporter:gauges',
      'shutdown exporter:gauges',
      'shutdown hub:metrics',
    ]);
  });

  it('goes on after SIGHUP, and says that it does not reload', async () => {
    const { edge, start, written } = runWith('good.yaml');
    const code = start();
    await written(/"msg":"started"/);
    edge.signal('SIGHUP');
    await written(/reload is not supported/);
    assert.equal(edge.isHeldOpen, true);
    edge.signal('SIGTERM');
    assert.equal(await code, 0);
  });

  it('logs a fault that nobody caught, with its cause, and ends at once with 1', async () => {
    const { recorder, edge, start, written, errors } = runWith('good.yaml');
    void start();
    await written(/"msg":"started"/);
    edge.fault(new Error('broken', { cause: new Error('deeper') }));
    assert.deepEqual(edge.exits, [1]);
    assert.match(errors(), /"level":"fatal".*"broken".*"deeper"/);
    assert.deepEqual(recorder.callsOf('shutdown'), []);
  });
});

describe('the command line', () => {
  const io = (texts: string[]): CommandIo => ({
    env: {},
    clock: new VirtualClock(),
    out: (text) => void texts.push(text),
    err: (text) => void texts.push(text),
    isTerminal: false,
  });

  it('gives a command of a component its own arguments', async () => {
    const seen: (readonly string[])[] = [];
    const fakes = fakeDistribution(new Recorder());
    const command = {
      name: 'outbox',
      usage: 'outbox ls',
      summary: 'list what is undelivered',
      run(args: readonly string[]) {
        seen.push(args);
        return Promise.resolve(3);
      },
    };
    const argv = ['outbox', 'ls', '--config', 'x.yaml'];
    const code = await runProgram(argv, { ...fakes, commands: [command] }, io([]), new FakeEdge());
    assert.equal(code, 3);
    assert.deepEqual(seen, [['ls', '--config', 'x.yaml']]);
  });

  const rows: [rule: string, argv: string[], code: number, text: RegExp][] = [
    ['tells its version', ['--version'], 0, /^\S+ \d+\.\d+\.\d+\n$/],
    ['tells its commands, `run` among them', ['--help'], 0, /^ {2}run .*\n {2}validate /m],
    ['refuses an unknown command', ['rum'], 64, /unknown command "rum"/],
    ['refuses to run without a configuration', ['run'], 64, /--config/],
  ];
  for (const [rule, argv, code, text] of rows) {
    it(rule, async () => {
      const texts: string[] = [];
      assert.equal(await runProgram(argv, fakeDistribution(new Recorder()), io(texts), new FakeEdge()), code);
      assert.match(texts.join(''), text);
    });
  }
});
