import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Collector, createCollector } from '../../../collector/service/collector.ts';
import { CLOSE_GRACE_MS } from '../../../collector/service/deadline.ts';
import { configOf, fakeDistribution, Recorder, type Wiring } from '../../support/fake-distribution.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const WIRING: Wiring = {
  extensions: ['plain/a', 'plain/b'],
  pipelines: {
    metrics: { receivers: ['fake'], exporters: ['gauges'] },
    logs: { receivers: ['fake'], processors: ['pass', 'judge'], exporters: ['hook'] },
  },
};

const START_ORDER = [
  'extension:plain/a',
  'extension:plain/b',
  'hub:metrics',
  'hub:logs',
  'exporter:gauges',
  'exporter:hook',
  'processor:judge',
  'processor:pass',
  'receiver:fake',
];

const SHUTDOWN_TIMEOUT_MS = 30_000;

function setUp(wiring: Wiring = WIRING) {
  const recorder = new Recorder();
  const distribution = fakeDistribution(recorder);
  const clock = new VirtualClock();
  const { logger, lines } = recordingLogger(clock);
  const config = configOf(distribution, wiring);
  const collector: Collector = createCollector({ config, distribution, clock, logger });
  return { recorder, clock, lines, collector };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const named = (verb: string, keys: readonly string[]) => keys.map((key) => `${verb} ${key}`);

describe('starting', () => {
  it('starts extensions as listed, then downstream first', async () => {
    const { recorder, collector } = setUp();
    await collector.start();
    assert.deepEqual(recorder.callsOf('start'), named('start', START_ORDER));
  });

  it('starts once, however often it is asked to', async () => {
    const { recorder, collector } = setUp();
    await Promise.all([collector.start(), collector.start()]);
    await collector.start();
    assert.deepEqual(recorder.callsOf('start'), named('start', START_ORDER));
  });

  it('waits for each part before it starts the next', async () => {
    const { recorder, collector } = setUp();
    const gate = Promise.withResolvers<void>();
    recorder.behaviours['hub:logs'] = { start: () => gate.promise };
    const started = collector.start();
    await nextTurn();
    assert.deepEqual(recorder.callsOf('start'), named('start', START_ORDER.slice(0, 4)));
    assert.equal(collector.host.health.report().status, 'starting');
    gate.resolve();
    await started;
    assert.equal(collector.host.health.report().status, 'ok');
  });

  it('shows components the hubs, and the extensions that have started', async () => {
    const { recorder, collector } = setUp();
    const seen: unknown[] = [];
    recorder.behaviours['extension:plain/b'] = {
      start: (host) => void seen.push([...host.extensions.keys()], host.extension('plain/b')),
    };
    recorder.behaviours['receiver:fake'] = {
      start: (host) => void seen.push([...host.extensions.keys()], host.hub('logs') !== undefined),
    };
    await collector.start();
    assert.deepEqual(seen, [['plain/a'], undefined, ['plain/a', 'plain/b'], true]);
  });

  it('has no hub for a signal that no pipeline carries', () => {
    const { collector } = setUp({ pipelines: { metrics: { receivers: ['fake'], exporters: ['gauges'] } } });
    assert.equal(collector.host.hub('logs'), undefined);
  });

  it('logs once that it started, with the addresses that parts are bound to', async () => {
    const { collector, lines } = setUp();
    Object.assign(collector.component('receiver:fake')!, { boundAddress: '127.0.0.1:4319' });
    await collector.start();
    await collector.start();
    assert.deepEqual(
      lines.map(({ msg, addresses }) => [msg, addresses]),
      [['started', { 'receiver:fake': '127.0.0.1:4319' }]],
    );
  });
});

describe('a failed start', () => {
  it('stops what had started, in reverse, the failed part included, and names it with its cause', async () => {
    const { recorder, collector } = setUp();
    const cause = new Error('no such directory');
    recorder.behaviours['exporter:hook'] = { start: () => Promise.reject(cause) };
    await assert.rejects(collector.start(), {
      message: 'failed to start "hook" exporter: no such directory',
      cause,
    });
    const begun = START_ORDER.slice(0, START_ORDER.indexOf('exporter:hook') + 1);
    assert.deepEqual(recorder.callsOf('start', 'shutdown'), [
      ...named('start', begun),
      ...named('shutdown', begun.toReversed()),
    ]);
  });

  it('names the pipeline of a processor that fails', async () => {
    const { recorder, collector } = setUp();
    recorder.behaviours['processor:pass'] = { start: () => Promise.reject(new Error('no state')) };
    await assert.rejects(collector.start(), {
      message: 'failed to start "pass" processor of pipeline "logs": no state',
    });
  });

  it('is reported as it was, although stopping the others fails too', async () => {
    const { recorder, collector, lines } = setUp();
    recorder.behaviours['exporter:hook'] = { start: () => Promise.reject(new Error('first')) };
    recorder.behaviours['hub:logs'] = { shutdown: () => Promise.reject(new Error('second')) };
    await assert.rejects(collector.start(), { message: 'failed to start "hook" exporter: first' });
    assert.ok(lines.some(({ msg }) => msg.includes('after the failed start')));
    assert.ok(recorder.calls.includes('shutdown extension:plain/a'));
  });

  it('is logged once, before the others are stopped', async () => {
    const { recorder, collector, lines } = setUp();
    const linesAtStop: string[] = [];
    recorder.behaviours['exporter:hook'] = { start: () => Promise.reject(new Error('no such directory')) };
    recorder.behaviours['hub:logs'] = {
      shutdown: () => void linesAtStop.push(...lines.map(({ msg }) => msg)),
    };
    await assert.rejects(collector.start());
    assert.deepEqual(linesAtStop, ['failed to start "hook" exporter: no such directory']);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      [...linesAtStop, 'stopped'],
    );
  });

  it('leaves nothing to stop a second time', async () => {
    const { recorder, collector } = setUp();
    recorder.behaviours['extension:plain/a'] = { start: () => Promise.reject(new Error('no')) };
    await assert.rejects(collector.start());
    await collector.shutdown();
    assert.deepEqual(recorder.callsOf('shutdown'), ['shutdown extension:plain/a']);
  });
});

describe('shutdown', () => {
  it('stops upstream first, and then the extensions', async () => {
    const { recorder, collector } = setUp();
    await collector.start();
    await collector.shutdown();
    assert.deepEqual(recorder.callsOf('shutdown'), named('shutdown', START_ORDER.toReversed()));
  });

  it('stops once, however often it is asked to', async () => {
    const { recorder, collector, lines } = setUp();
    await collector.start();
    await Promise.all([collector.shutdown(), collector.shutdown()]);
    await collector.shutdown();
    assert.equal(recorder.callsOf('shutdown').length, START_ORDER.length);
    assert.equal(lines.filter(({ msg }) => msg === 'stopped').length, 1);
  });

  it('touches nothing when nothing was started, and lets nothing start afterwards', async () => {
    const { recorder, collector } = setUp();
    await collector.shutdown();
    await assert.rejects(collector.start(), /shut down before/);
    assert.deepEqual(recorder.callsOf('start', 'shutdown'), []);
  });

  it('says that it is stopping before it stops anything', async () => {
    const { recorder, collector } = setUp();
    const seen: string[] = [];
    const { health } = collector.host;
    recorder.behaviours['receiver:fake'] = { shutdown: () => void seen.push(health.report().status) };
    await collector.start();
    await collector.shutdown();
    assert.deepEqual(seen, ['stopping']);
    assert.deepEqual(health.report().components.get('receiver:fake'), { kind: 'stopped' });
  });

  it('stops each stage only when the one before it has stopped', async () => {
    const { recorder, collector } = setUp();
    const gate = Promise.withResolvers<void>();
    recorder.behaviours['receiver:fake'] = { shutdown: () => gate.promise };
    await collector.start();
    const stopped = collector.shutdown();
    await nextTurn();
    assert.deepEqual(recorder.callsOf('shutdown'), ['shutdown receiver:fake']);
    gate.resolve();
    await stopped;
  });

  it('goes on after errors and reports all of them together', async () => {
    const { recorder, collector } = setUp();
    recorder.behaviours['receiver:fake'] = { shutdown: () => Promise.reject(new Error('one')) };
    recorder.behaviours['exporter:hook'] = {
      shutdown: () => {
        throw new Error('two');
      },
    };
    await collector.start();
    await assert.rejects(collector.shutdown(), {
      message: 'failed to stop "fake" receiver: one; failed to stop "hook" exporter: two',
    });
    assert.equal(recorder.callsOf('shutdown').length, START_ORDER.length);
  });

  it('tells every part of the deadline, and abandons by name the one that ignores it', async () => {
    const { recorder, collector, clock, lines } = setUp();
    let told = false;
    recorder.behaviours['processor:pass'] = {
      shutdown(deadline) {
        deadline.addEventListener('abort', () => (told = true));
        return new Promise(() => {});
      },
    };
    await collector.start();
    const stopped = collector.shutdown();
    await nextTurn();
    clock.advance(SHUTDOWN_TIMEOUT_MS - 1);
    assert.equal(told, false);
    clock.advance(1);
    assert.equal(told, true);
    await nextTurn();
    assert.equal(recorder.calls.includes('shutdown hub:logs'), false, 'it still has the time to close');
    clock.advance(CLOSE_GRACE_MS);
    await assert.rejects(stopped, { message: '"pass" processor of pipeline "logs" did not stop in time' });
    assert.equal(recorder.callsOf('shutdown').length, START_ORDER.length);
    const abandoned = lines.filter(({ level }) => level === 'error');
    assert.match(abandoned[0]!.msg, /abandoned "pass" processor/);
  });

  it('lets a part that is just starting finish, starts none after it, and stops what there is', async () => {
    const { recorder, collector, lines } = setUp();
    const gate = Promise.withResolvers<void>();
    recorder.behaviours['hub:metrics'] = { start: () => gate.promise };
    const started = collector.start();
    await nextTurn();
    const stopped = collector.shutdown();
    await nextTurn();
    assert.deepEqual(recorder.callsOf('shutdown'), []);
    gate.resolve();
    await assert.rejects(started, /shut down before/);
    await stopped;
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['stopped'],
    );
    assert.deepEqual(
      recorder.callsOf('shutdown'),
      named('shutdown', ['hub:metrics', 'extension:plain/b', 'extension:plain/a']),
    );
  });

  it('never counts as running when it comes while the last part starts', async () => {
    const { recorder, collector, lines } = setUp();
    const gate = Promise.withResolvers<void>();
    recorder.behaviours['receiver:fake'] = { start: () => gate.promise };
    const started = collector.start();
    await nextTurn();
    const stopped = collector.shutdown();
    gate.resolve();
    await assert.rejects(started, /shut down before/);
    await stopped;
    assert.equal(collector.host.health.report().status, 'stopping');
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      ['stopped'],
    );
  });

  it('stops a part that never finishes its start when the deadline has passed', async () => {
    const { recorder, collector, clock } = setUp();
    recorder.behaviours['hub:metrics'] = { start: () => new Promise(() => {}) };
    void collector.start();
    await nextTurn();
    const stopped = collector.shutdown();
    clock.advance(SHUTDOWN_TIMEOUT_MS);
    await nextTurn();
    await stopped;
    assert.ok(recorder.calls.includes('shutdown hub:metrics'));
  });

  it('leaves no timer behind', async () => {
    const { collector, clock } = setUp();
    await collector.start();
    await collector.shutdown();
    assert.equal(clock.nextDueMs(), undefined);
  });
});

describe('flush', () => {
  it('flushes in the order of data', async () => {
    const { recorder, collector } = setUp();
    await collector.start();
    await collector.flush();
    assert.deepEqual(
      recorder.callsOf('flush'),
      named('flush', [
        'receiver:fake',
        'processor:pass',
        'processor:judge',
        'hub:metrics',
        'hub:logs',
        'exporter:gauges',
        'exporter:hook',
      ]),
    );
  });

  it('flushes what comes after a part that fails, and then rejects', async () => {
    const { recorder, collector } = setUp();
    recorder.behaviours['processor:pass'] = { flush: () => Promise.reject(new Error('no room')) };
    await collector.start();
    await assert.rejects(collector.flush(), /no room/);
    assert.ok(recorder.calls.includes('flush exporter:hook'));
  });
});
