import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ExportHealth, UNHEALTHY_AFTER_MS } from '../../../exporter/otlphttp/export-health.ts';
import { testSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

function healthOnClock() {
  const clock = new VirtualClock();
  const settings = testSettings({ clock });
  const health = new ExportHealth(settings, 'http://h/v1/metrics');
  return { clock, health, lines: settings.lines, statuses: settings.statuses };
}

describe('ExportHealth', () => {
  it('says nothing while all goes well', () => {
    const { health, lines, statuses } = healthOnClock();
    health.exportSucceeded();
    health.exportSucceeded();
    assert.deepEqual([lines, statuses], [[], []]);
  });

  it('logs the first failure and the next success, and nothing in between', () => {
    const { clock, health, lines } = healthOnClock();
    health.exportFailed('HTTP 400');
    clock.advance(10_000);
    health.exportFailed('HTTP 503');
    clock.advance(10_000);
    health.exportSucceeded();
    health.exportSucceeded();
    const told = lines.map(({ level, msg, destination, reason, failedForMs }) => ({
      level,
      msg,
      destination,
      ...(reason !== undefined && { reason }),
      ...(failedForMs !== undefined && { failedForMs }),
    }));
    const destination = 'http://h/v1/metrics';
    assert.deepEqual(told, [
      { level: 'warn', msg: 'metrics could not be exported; trying on', destination, reason: 'HTTP 400' },
      { level: 'info', msg: 'metrics are exported again', destination, failedForMs: 20_000 },
    ]);
  });

  it('is unhealthy once when nothing has succeeded for five minutes, and ok at the next success', () => {
    const { clock, health, statuses } = healthOnClock();
    health.exportFailed('HTTP 503');
    clock.advance(UNHEALTHY_AFTER_MS - 1);
    health.exportFailed('HTTP 503');
    assert.deepEqual(statuses, []);
    clock.advance(1);
    health.exportFailed('HTTP 404');
    health.exportFailed('HTTP 404');
    const unhealthy = { kind: 'unhealthy', reason: 'no metrics export has succeeded for 5 min: HTTP 404' };
    assert.deepEqual(statuses, [unhealthy]);
    health.exportSucceeded();
    health.exportSucceeded();
    assert.deepEqual(statuses, [unhealthy, { kind: 'ok' }]);
  });

  it('starts counting anew after a success', () => {
    const { clock, health, statuses } = healthOnClock();
    health.exportFailed('HTTP 503');
    clock.advance(UNHEALTHY_AFTER_MS - 1);
    health.exportSucceeded();
    health.exportFailed('HTTP 503');
    clock.advance(1);
    health.exportFailed('HTTP 503');
    assert.deepEqual(statuses, []);
  });
});
