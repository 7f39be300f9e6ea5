import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfig, type LoadResult } from '../../../collector/config/load.ts';
import { renderProblems } from '../../../collector/config/render-problem.ts';
import type { Secret } from '../../../collector/secret.ts';
import { fixturePath, loadFixtures } from '../../support/config-mistakes.ts';
import { testDistribution } from '../../support/test-distribution.ts';

type Loaded = Extract<LoadResult, { ok: true }>;

function assertLoaded(result: LoadResult): asserts result is Loaded {
  assert.equal(result.ok ? '' : renderProblems(result.problems), '');
}

function messages(result: LoadResult): string[] {
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('loadConfig', () => {
  it('gives each component its parsed section, defaults filled in', async () => {
    const result = await loadFixtures(['valid.yaml']);
    assertLoaded(result);
    const { receivers, processors, exporters, extensions, service } = result.config;
    assert.deepEqual([...receivers.keys()], ['webrtcvideo']);
    assert.deepEqual([...processors.keys()], ['degradation']);
    assert.deepEqual([...exporters.keys()], ['otlphttp', 'webhook', 'queue']);
    assert.deepEqual([...extensions.keys()], ['bearertokenauth']);
    assert.equal(receivers.get('webrtcvideo')?.factory.type, 'webrtcvideo');
    assert.equal((receivers.get('webrtcvideo')?.config as { max_sessions: number }).max_sessions, 100_000);
    assert.deepEqual(service.extensions, ['bearertokenauth']);
    assert.equal(service.shutdownTimeout.ms, 30_000);
    assert.equal(service.telemetry.logs.level, 'info');
    assert.equal(service.telemetry.metrics.level, 'normal');
    assert.equal(service.telemetry.metrics.address.port, 8888);
    assert.deepEqual(service.pipelines, [
      {
        id: 'metrics',
        signal: 'metrics',
        receivers: ['webrtcvideo'],
        processors: [],
        exporters: ['otlphttp'],
      },
      {
        id: 'logs',
        signal: 'logs',
        receivers: ['webrtcvideo'],
        processors: ['degradation'],
        exporters: ['webhook'],
      },
    ]);
  });

  it('takes the levels of telemetry in capitals too, as they stand in the documentation of the Collector', async () => {
    const set = ['service.telemetry.logs.level=DEBUG', 'service.telemetry.metrics.level=Detailed'];
    const result = await loadFixtures(['valid.yaml'], { set });
    assertLoaded(result);
    const { logs, metrics } = result.config.service.telemetry;
    assert.deepEqual([logs.level, metrics.level], ['debug', 'detailed']);
  });

  it('reads most of the grammar at once', async () => {
    const env = { PORT: '5000', AGENT_ID_KEY: '0123', API_KEY: 'a${b}$$c', INBOUND_TOKEN: 'true' };
    const result = await loadFixtures(['complete.yaml'], { env });
    assertLoaded(result);
    assert.deepEqual(result.warnings, []);
    const { receivers, exporters, extensions } = result.config;
    const receiver = receivers.get('webrtcvideo')!.config as Record<string, unknown>;
    assert.deepEqual(String((receiver['endpoint'] as { port: number }).port), '5000');
    assert.equal(receiver['max_sessions'], 5000);
    const reveal = (value: unknown) => (value as Secret).reveal();
    assert.equal(reveal(receiver['agent_id_key']), '0123');
    const datadog = exporters.get('otlphttp/datadog')!.config as { headers: Record<string, Secret> };
    assert.equal(reveal(datadog.headers['Api-Key']), 'a${b}$$c');
    assert.equal(reveal(datadog.headers['X-Scope']), 'team-a');
    const token = (id: string) => reveal((extensions.get(id)!.config as { token: Secret }).token);
    assert.equal(token('bearertokenauth'), '0123$tok${en');
    assert.equal(token('bearertokenauth/inbound'), 'true');
    const { signing_secrets: secrets } = exporters.get('webhook')!.config as { signing_secrets: Secret[] };
    assert.deepEqual(secrets.map(reveal), ['one', 'two']);
  });

  it('shows what is in effect without secrets', async () => {
    const result = await loadFixtures(['valid.yaml'], { set: ['exporters.webhook.headers.X-Key=sesame'] });
    assertLoaded(result);
    const resolved = result.resolved as Record<string, Record<string, unknown>>;
    assert.deepEqual(Object.keys(resolved), [
      'receivers',
      'processors',
      'exporters',
      'extensions',
      'service',
    ]);
    assert.deepEqual(resolved['exporters']!['webhook'], {
      endpoint: 'https://siem.example.com',
      headers: { 'X-Key': '[REDACTED]' },
      timeout: '10s',
      signing_secrets: [],
      min_severity: 'high',
      egress: { allow_http: false },
    });
    assert.doesNotMatch(JSON.stringify(resolved), /sesame|valid-token/);
  });

  it('applies --set after all files, in order, by dots or by double colons', async () => {
    const result = await loadFixtures(['valid.yaml'], {
      set: [
        'receivers.webrtcvideo.max_sessions=5',
        'receivers::webrtcvideo::max_sessions=6',
        'receivers.webrtcvideo.dimensions=[a, b]',
        'receivers.webrtcvideo.path=${env:EVENTS_PATH}',
        'service::telemetry::resource::service.name=x=y',
      ],
      env: { EVENTS_PATH: '/from-env' },
    });
    assertLoaded(result);
    const receiver = result.config.receivers.get('webrtcvideo')!.config as Record<string, unknown>;
    assert.equal(receiver['max_sessions'], 6);
    assert.deepEqual(receiver['dimensions'], ['a', 'b']);
    assert.equal(receiver['path'], '/from-env');
    assert.deepEqual({ ...result.config.service.telemetry.resource }, { 'service.name': 'x=y' });
  });

  it('removes a section that a later source sets to nothing', async () => {
    const result = await loadFixtures(['valid.yaml'], { set: ['processors='] });
    assert.deepEqual(messages(result), [
      'service::pipelines::logs: references processor "degradation" which is not configured',
    ]);
  });

  it('tells the position in the file that won', async () => {
    const result = await loadFixtures(['valid.yaml', 'number-too-small.yaml', 'override-typo.yaml']);
    assert.ok(!result.ok);
    const places = result.problems.map(
      ({ position }) => position && [basename(position.file), position.line],
    );
    assert.deepEqual(places, [['override-typo.yaml', 4]]);
  });

  it('tells no position of what --set gave', async () => {
    const result = await loadFixtures(['valid.yaml'], {
      set: ['receivers.webrtcvideo.pth=/x', 'service.telemetry.logs.level=5'],
    });
    assert.ok(!result.ok);
    assert.deepEqual(
      result.problems.map(({ path, position }) => [path, position?.text.trim()]),
      [
        ['receivers::webrtcvideo::pth', undefined],
        ['service::telemetry::logs::level', undefined],
      ],
    );
  });

  it('checks a component that nothing uses, but does not ask that it be used', async () => {
    const fine = await loadFixtures(['valid.yaml'], { set: ['exporters::queue/unused={}'] });
    assertLoaded(fine);
    assert.ok(fine.config.exporters.has('queue/unused'));
    const wrong = await loadFixtures(['valid.yaml'], { set: ['exporters::queue/unused::x=1'] });
    assert.deepEqual(messages(wrong), ['exporters::queue/unused::x: unknown key "x"']);
  });

  it('asks an authenticator to be started only when its user is', async () => {
    const set = [
      'extensions::bearertokenauth/b::token=x',
      'exporters::queue={}',
      'exporters::webhook/unused={endpoint: x, auth: {authenticator: bearertokenauth/b}}',
    ];
    assertLoaded(await loadFixtures(['valid.yaml'], { set }));
  });

  it('takes ids in one text, and ids with space around the slash', async () => {
    const result = await loadFixtures(['valid.yaml'], {
      set: ['exporters::queue / a={}', 'service.pipelines.logs.exporters=webhook, queue / a'],
    });
    assertLoaded(result);
    assert.deepEqual(result.config.service.pipelines[1]?.exporters, ['webhook', 'queue/a']);
  });

  it('reports unset variables beside the problems', async () => {
    const result = await loadFixtures(['valid.yaml', 'variable-unset.yaml']);
    assert.equal(result.ok, false);
    assert.deepEqual(
      result.warnings.map(({ path, position }) => [path, position?.line, position?.column]),
      [['receivers::webrtcvideo::session_timeout', 3, 22]],
    );
  });

  it('reports what is wrong with each source, and nothing that only follows from it', async () => {
    const result = await loadConfig({
      sources: [
        { kind: 'file', path: fixturePath('no-such-file.yaml') },
        { kind: 'file', path: `file:${fixturePath('duplicate-key.yaml')}` },
        { kind: 'file', path: fixturePath('.') },
        { kind: 'file', path: 'https://example.com/otel.yaml' },
        { kind: 'set', assignment: 'sesame' },
        { kind: 'set', assignment: 'a..b=sesame' },
        { kind: 'set', assignment: 'a.b=[sesame' },
      ],
      env: {},
      distribution: testDistribution,
    });
    assert.deepEqual(messages(result), [
      'receivers::webrtcvideo::path: duplicate key "path"',
      `: ${fixturePath('no-such-file.yaml')}: no such file`,
      `: ${fixturePath('.')}: is a directory, not a file`,
      ': --config "https:…": only files can be read',
      ': --set without "="',
      ': --set "a..b": a part of the key is empty',
      'a::b: the value of --set is no YAML: flow sequence must end with a ]',
    ]);
    assert.deepEqual(messages(await loadConfig({ sources: [], env: {}, distribution: testDistribution })), [
      ': at least one --config must be given',
    ]);
  });
});
