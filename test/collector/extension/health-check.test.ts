import assert from 'node:assert/strict';
import { request } from 'node:http';
import { afterEach, describe, it } from 'node:test';
import type { Distribution } from '../../../collector/component.ts';
import { healthCheckFactory } from '../../../collector/extension/health_check/factory.ts';
import { type Collector, createCollector } from '../../../collector/service/collector.ts';
import type { CollectorConfig } from '../../../collector/config/model.ts';
import { configOf, fakeDistribution, Recorder } from '../../support/fake-distribution.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let collector: Collector | undefined;
afterEach(async () => {
  await collector?.shutdown().catch(() => {});
});

function setUp(section: object = {}) {
  const recorder = new Recorder();
  const fakes = fakeDistribution(recorder);
  const distribution: Distribution = { ...fakes, factories: [...fakes.factories, healthCheckFactory] };
  const wiring = {
    extensions: ['health_check', 'plain'],
    pipelines: { logs: { receivers: ['fake'], processors: ['judge'], exporters: ['hook'] } },
  };
  const base = configOf(distribution, wiring);
  const config: CollectorConfig = {
    ...base,
    extensions: new Map(base.extensions).set('health_check', {
      id: 'health_check',
      factory: healthCheckFactory,
      config: healthCheckFactory.configSchema.parse({ endpoint: '127.0.0.1:0', ...section }),
    }),
  };
  const clock = new VirtualClock();
  collector = createCollector({ config, distribution, clock, logger: recordingLogger(clock).logger });
  return { recorder, clock, collector };
}

interface Answer {
  readonly code: number;
  readonly body: {
    status: string;
    upSince?: string;
    components: Record<string, { status: string; reason?: string }>;
  };
}

async function ask(running: Collector, path = '/', method = 'GET'): Promise<Answer> {
  const [host, port] = running.component('extension:health_check')!.boundAddress!.split(':');
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path, method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const body = (text === '' ? undefined : JSON.parse(text)) as Answer['body'];
        resolve({ code: response.statusCode!, body });
      });
    });
    outgoing.once('error', reject).end();
  });
}

describe('health over HTTP', () => {
  it('is 503 while the rest starts, 200 when all has started, and 503 again while it stops', async () => {
    const { recorder, collector: running, clock } = setUp();
    const seen: Answer[] = [];
    const look = async () => void seen.push(await ask(running));
    recorder.behaviours['extension:plain'] = { start: look, shutdown: look };
    recorder.behaviours['receiver:fake'] = { start: look, shutdown: look };
    await running.start();
    const up = await ask(running);
    await running.shutdown();
    assert.deepEqual(
      seen.map(({ code, body }) => [code, body.status]),
      [
        [503, 'starting'],
        [503, 'starting'],
        [503, 'stopping'],
        [503, 'stopping'],
      ],
    );
    assert.equal(seen[0]!.body.upSince, undefined);
    assert.deepEqual(seen[0]!.body.components['receiver:fake'], { status: 'starting' });
    assert.deepEqual(seen[3]!.body.components['receiver:fake'], { status: 'stopped' });
    assert.equal(up.code, 200);
    assert.deepEqual(up.body, {
      status: 'ok',
      upSince: new Date(clock.nowMs()).toISOString(),
      components: {
        'telemetry:metrics': { status: 'ok' },
        'extension:health_check': { status: 'ok' },
        'extension:plain': { status: 'ok' },
        'hub:logs': { status: 'ok' },
        'exporter:hook': { status: 'ok' },
        'processor:judge@logs': { status: 'ok' },
        'receiver:fake': { status: 'ok' },
      },
    });
  });

  it('is 503 with the reason for as long as a component is unhealthy', async () => {
    const { recorder, collector: running } = setUp();
    await running.start();
    const { reportStatus } = recorder.settings.get('exporter:hook')!;
    reportStatus({ kind: 'unhealthy', reason: 'exports keep failing' });
    const down = await ask(running);
    reportStatus({ kind: 'ok' });
    const up = await ask(running);
    assert.deepEqual([down.code, down.body.status], [503, 'unhealthy']);
    assert.deepEqual(down.body.components['exporter:hook'], {
      status: 'unhealthy',
      reason: 'exports keep failing',
    });
    assert.deepEqual([up.code, up.body.status], [200, 'ok']);
  });

  it('is not 200 after the start when a component became unhealthy during it', async () => {
    const { recorder, collector: running } = setUp();
    recorder.behaviours['hub:logs'] = {
      start: (_host, { reportStatus }) => reportStatus({ kind: 'unhealthy', reason: 'disk full' }),
    };
    await running.start();
    assert.equal((await ask(running)).code, 503);
  });

  it('answers nobody any more when everything has stopped', async () => {
    const { collector: running } = setUp();
    await running.start();
    await running.shutdown();
    assert.equal(running.component('extension:health_check')!.boundAddress, undefined);
  });
});

describe('the health endpoint', () => {
  const rows: [rule: string, path: string, method: string, code: number][] = [
    ['ignores the query', '/health?verbose', 'GET', 200],
    ['answers HEAD', '/health', 'HEAD', 200],
    ['refuses other methods', '/health', 'POST', 405],
    ['knows no other path', '/', 'GET', 404],
    ['survives a target that is no URL', '//', 'GET', 404],
  ];
  for (const [rule, path, method, code] of rows) {
    it(rule, async () => {
      const { collector: running } = setUp({ path: '/health' });
      await running.start();
      assert.equal((await ask(running, path, method)).code, code);
    });
  }

  it('fails the start when its address is taken', async () => {
    const { collector: first } = setUp();
    await first.start();
    const taken = first.component('extension:health_check')!.boundAddress!;
    const { collector: second } = setUp({ endpoint: taken });
    await assert.rejects(second.start(), /^Error: failed to start "health_check" extension: .*EADDRINUSE/);
    await first.shutdown();
  });
});

describe('the configuration of health_check', () => {
  const { configSchema } = healthCheckFactory;

  it('has defaults for everything', () => {
    const config = configSchema.parse({}) as { endpoint: { toJSON(): string }; path: string };
    assert.equal(config.endpoint.toJSON(), '127.0.0.1:13133');
    assert.equal(config.path, '/');
  });

  const rows: [rule: string, section: object, message: RegExp][] = [
    ['an unknown key', { pth: '/' }, /pth/],
    ['a path that is none', { path: 'health' }, /must begin with/],
    ['an open bind', { endpoint: '0.0.0.0:13133' }, /can be reached from other machines/],
  ];
  for (const [rule, section, message] of rows) {
    it(`refuses ${rule}`, () => {
      const result = configSchema.safeParse(section);
      assert.ok(!result.success);
      assert.match(result.error.message, message);
    });
  }

  it('accepts an open bind that is allowed in words', () => {
    assert.ok(configSchema.safeParse({ endpoint: '0.0.0.0:13133', allow_unauthenticated: true }).success);
  });
});
