import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TelemetryConfig } from '../../../collector/config/model.ts';
import { OwnTelemetry } from '../../../collector/telemetry/own-telemetry.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function setUp(level: TelemetryConfig['metrics']['level'] = 'normal') {
  const clock = new VirtualClock();
  const { logger, lines } = recordingLogger(clock);
  const config: TelemetryConfig = {
    resource: { 'service.name': 'test' },
    logs: { level: 'info' },
    metrics: { level, address: { host: '127.0.0.1', port: 0, toJSON: () => '127.0.0.1:0' } },
  };
  return { clock, lines, telemetry: new OwnTelemetry(config, clock, logger) };
}

describe('OwnTelemetry', () => {
  it('serves the process metrics at /metrics from start to shutdown', async () => {
    const { telemetry } = setUp();
    assert.equal(telemetry.boundAddress, undefined);
    await telemetry.start();
    const address = telemetry.boundAddress!;
    try {
      assert.match(address, /^127\.0\.0\.1:[1-9]\d*$/);
      const response = await fetch(`http://${address}/metrics`);
      const text = await response.text();
      assert.equal(response.status, 200);
      for (const name of [
        'otelcol_process_uptime',
        'otelcol_process_cpu_seconds',
        'otelcol_process_memory_rss',
        'otelcol_process_runtime_heap_alloc_bytes',
        'otelcol_process_runtime_total_sys_memory_bytes',
      ]) {
        assert.match(text, new RegExp(`^${name} [0-9.]+$`, 'm'));
      }
      assert.match(text, /^# TYPE otelcol_process_uptime counter$/m);
      assert.match(text, /^# TYPE otelcol_process_memory_rss gauge$/m);
      assert.doesNotMatch(text, /target_info|otel_scope/);
    } finally {
      await telemetry.shutdown();
    }
    await telemetry.shutdown();
    await assert.rejects(fetch(`http://${address}/metrics`));
  });

  it('counts the uptime on the clock', async () => {
    const { clock, telemetry } = setUp();
    clock.advance(90_500);
    assert.match(await telemetry.text(), /^otelcol_process_uptime 90\.5$/m);
  });

  it('hands exporters what it serves itself, with the attributes of the process', async () => {
    const { telemetry } = setUp();
    telemetry.meter.createCounter('webrtc.transitions').add(2, { kind: 'opened' });
    const { resourceMetrics } = await telemetry.producer.collect();
    assert.equal(resourceMetrics.resource.attributes['service.name'], 'test');
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const counter = metrics.find(({ descriptor }) => descriptor.name === 'webrtc.transitions');
    assert.equal(counter?.dataPoints[0]?.value, 2);
  });

  it('gives every series its own point far past the default of 2,000', async () => {
    const { telemetry } = setUp();
    const counter = telemetry.meter.createCounter('deliveries');
    for (let index = 0; index < 5_000; index += 1) counter.add(1, { destination: `webhook/${index}` });
    const text = await telemetry.text();
    assert.equal(text.match(/^deliveries_total\{/gm)?.length, 5_000);
    assert.doesNotMatch(text, /overflow/);
  });

  it('gives several readers at once the whole truth each', async () => {
    const { telemetry } = setUp();
    const texts = await Promise.all([telemetry.text(), telemetry.text(), telemetry.text()]);
    for (const text of texts) assert.match(text, /^otelcol_process_memory_rss \d+$/m);
  });

  it('measures and serves nothing at level none', async () => {
    const { telemetry } = setUp('none');
    await telemetry.start();
    telemetry.meter.createCounter('deliveries').add(1);
    assert.equal(telemetry.boundAddress, undefined);
    assert.match(await telemetry.text(), /no registered metrics/);
    await telemetry.shutdown();
  });

  it('logs a reading that fails and serves the others', async () => {
    const { telemetry, lines } = setUp();
    telemetry.meter.createObservableGauge('broken').addCallback(() => {
      throw new Error('no table');
    });
    assert.match(await telemetry.text(), /^otelcol_process_uptime/m);
    assert.equal(lines[0]?.level, 'warn');
    assert.match(JSON.stringify(lines[0]), /no table/);
  });

  it('fails its start when the address is taken, and can be shut down then', async () => {
    const { telemetry } = setUp();
    await telemetry.start();
    const port = Number(telemetry.boundAddress!.split(':')[1]);
    const { clock } = setUp();
    const second = new OwnTelemetry(
      {
        resource: {},
        logs: { level: 'info' },
        metrics: { level: 'basic', address: { host: '127.0.0.1', port, toJSON: () => '' } },
      },
      clock,
      recordingLogger(clock).logger,
    );
    await assert.rejects(second.start(), /EADDRINUSE/);
    await second.shutdown();
    await telemetry.shutdown();
  });
});
