import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { emptyResource } from '@opentelemetry/resources';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { ExportHealth } from '../../../exporter/otlphttp/export-health.ts';
import { SupervisedExporter } from '../../../exporter/otlphttp/supervised-exporter.ts';
import { ShownSeries } from '../../../receiver/session-gauges/shown-series.ts';
import { testSettings } from '../../support/component-settings.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const TIMEOUT_MS = 10_000;

/** A supervised exporter on top of one that does as `send` says. */
function supervised(send: PushMetricExporter['export'], series?: ShownSeries) {
  const clock = new VirtualClock();
  const settings = testSettings({ clock });
  const seen = { sent: 0, failed: 0, cuts: 0 };
  const exporter = new SupervisedExporter({
    client: {
      exporter: { export: send, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() },
      marksExporter: { export: send },
      cutConnections: () => void seen.cuts++,
      close: () => {},
      isClosed: false,
    },
    clock,
    timeoutMs: TIMEOUT_MS,
    health: new ExportHealth(settings, 'http://h'),
    telemetry: {
      sent: (count) => void (seen.sent += count),
      sendFailed: (count) => void (seen.failed += count),
    },
    deltas: undefined,
    series,
    sentHeaderValues: () => [],
    renewCredential: () => Promise.reject(new Error('no authenticator')),
  });
  const metrics = { resource: emptyResource(), scopeMetrics: [] };
  const exportOnce = () => new Promise<ExportResult>((resolve) => exporter.export(metrics, resolve));
  const reasons = () => settings.lines.map(({ reason }) => reason);
  return { clock, seen, exporter, exportOnce, reasons };
}

describe('SupervisedExporter', () => {
  it('ends a batch in time, and the connection with it', async () => {
    const { clock, seen, exporter, exportOnce, reasons } = supervised(() => {});
    const exported = exportOnce();
    clock.advance(TIMEOUT_MS - 1);
    assert.equal(seen.cuts, 0);
    clock.advance(1);
    assert.deepEqual(await exported, { code: ExportResultCode.SUCCESS });
    exporter.endRun();
    assert.equal(seen.cuts, 1);
    assert.deepEqual(reasons(), ['no complete answer within 10000 ms']);
  });

  it('counts the marks that were given up unsaid', () => {
    const series = new ShownSeries(0);
    const { seen, exporter } = supervised(() => {}, series);
    const [shown] = series.begin(Int32Array.of(0), [{ 'session.id': 's-1' }], [1, 0]);
    shown!.exported = 0b101;
    series.delivered();
    series.begin(new Int32Array(0), [], [2, 0]);
    exporter.endRun();
    assert.equal(seen.failed, 2);
  });

  it('leaves no timer behind', async () => {
    const { clock, exportOnce } = supervised((_metrics, done) => done({ code: ExportResultCode.SUCCESS }));
    await exportOnce();
    assert.equal(clock.nextDueMs(), undefined);
  });

  it('takes a throwing exporter for a failing one', async () => {
    const { exporter, exportOnce, reasons } = supervised(() => {
      throw new Error('cannot be written');
    });
    await exportOnce();
    exporter.endRun();
    assert.deepEqual(reasons(), ['cannot be written']);
  });
});
